import * as tf from '@tensorflow/tfjs-core';
import { whereAtMost } from './where-at-most.ts';

/**
 * Clips to [−1, 1], the range of images. NaN stays NaN on every backend, which it does not in `tf.clipByValue` on WASM, and infinite
 * numbers become NaN: what went wrong must not become a pixel.
 *
 * @param x any shape; not disposed
 * @returns a tensor of the shape of `x`; the caller disposes it. Differentiable twice
 *
 * @example
 * ```ts
 * import { clipToImages } from '@diffgan/objectives';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * clipToImages(tf.tensor1d([-3, 0.5, NaN, Infinity])); // [-1, 0.5, NaN, NaN]
 * ```
 */
export function clipToImages<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => {
    const above = whereAtMost(x, -1, tf.fill(x.shape, -1), x);
    const clipped = whereAtMost(x, 1, above, tf.onesLike(x));
    return tf.add<T>(clipped, tf.sub(x, x)); // 0, or NaN
  });
}
