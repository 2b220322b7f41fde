import * as tf from '@tensorflow/tfjs-core';

/**
 * Scales every vector of the last axis to mean square 1: z/√(mean z² + 1e-8) (Karras et al. 2018). Twice differentiable.
 *
 * @param z [B, …, D].
 * @returns a tensor of the shape of `z`, owned by the caller.
 * @example
 * ```ts
 * import { key, normal, pixelNorm } from '@diffgan/ops';
 * const latent = pixelNorm(normal(key(0), [16, 100]));
 * ```
 */
export function pixelNorm<T extends tf.Tensor>(z: T): T {
  if (z.rank < 1) throw new RangeError('pixelNorm: z is a scalar, but must have at least one axis');
  return tf.tidy(() => tf.mul<T>(z, tf.rsqrt(tf.add(tf.mean(tf.square(z), -1, true), 1e-8))));
}
