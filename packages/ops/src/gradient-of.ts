import * as tf from '@tensorflow/tfjs-core';

/**
 * The gradient of sum(f(x)) by x, itself differentiable: what R1, gradient penalties and classifier guidance need.
 *
 * @param f from x to a tensor of any shape; of ops that are twice differentiable if the result is to be differentiated.
 * @returns a tensor of the shape of `x`, owned by the caller.
 * @throws Error when no gradients are registered (tfjs-core alone registers none in Node).
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { gradientOf } from '@diffgan/ops';
 * const slope = gradientOf((x) => tf.square(x), tf.tensor1d([1, 2])); // 2, 4
 * ```
 */
export function gradientOf<T extends tf.Tensor>(f: (x: T) => tf.Tensor, x: T): T {
  if (!tf.getGradient('Mean'))
    throw new Error("gradientOf: no gradients are registered; import '@tensorflow/tfjs-layers' or '@tensorflow/tfjs'");
  return tf.grad((input) => f(input as T))(x) as T;
}
