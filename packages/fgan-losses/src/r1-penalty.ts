import * as tf from '@tensorflow/tfjs-core';
import { type SlopeOptions, squaredSlope } from './squared-slope.ts';

/** Options of {@link r1Penalty}. */
export interface R1PenaltyOptions extends SlopeOptions {
  /**
   * Weight γ of the penalty, ≥ 0.
   * @defaultValue `0.05`
   */
  gamma?: number;
}

/**
 * The R1 penalty (γ/2)‖∇V(x)‖² of each example, which keeps a critic flat at the data.
 *
 * For pairs of a denoising diffusion GAN differentiate with respect to x_{t−1} alone: `r1Penalty((x) => V(x, xt, t), xPrev)`.
 * Training differentiates the penalty again, so the critic must be made of operations with right second derivatives: several
 * of TensorFlow.js have wrong ones, those of `@diffgan/ops` are safe; or set `finiteDifference`. To pay for the penalty only every
 * k-th step, multiply it by {@link lazyWeight}, and skip it where that is 0.
 *
 * @param critic logits (of any shape) of a batch of inputs; larger means more real
 * @param x real inputs `[B, …]`; not disposed
 * @returns the penalties `[B]`; the caller reduces and disposes them. Differentiable in the critic's weights
 * @throws RangeError if `x` has no batch axis, `gamma` is negative or not finite, or `probes` is not a whole number ≥ 1
 *
 * Source: Mescheder, Geiger, Nowozin 2018 (arXiv:1801.04406), eq. 9.
 *
 * @example
 * ```ts
 * import { r1Penalty } from '@diffgan/fgan-losses';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const critic = (x: tf.Tensor) => tf.sum(tf.square(x), 1); // gradient 2x
 * r1Penalty(critic, tf.tensor2d([[0.2, -0.4], [1, 0.5]])); // [0.02, 0.125]
 * ```
 */
export function r1Penalty(
  critic: (x: tf.Tensor) => tf.Tensor,
  x: tf.Tensor,
  options: R1PenaltyOptions = {},
): tf.Tensor1D {
  const { gamma = 0.05 } = options;
  if (x.rank < 1) throw new RangeError('r1Penalty: x is a scalar; its first axis must be the batch');
  if (!(gamma >= 0 && gamma < Infinity)) throw new RangeError(`r1Penalty: gamma is ${gamma}; give a weight ≥ 0`);
  return tf.tidy(() => tf.mul(gamma / 2, squaredSlope('r1Penalty', critic, x, options)));
}
