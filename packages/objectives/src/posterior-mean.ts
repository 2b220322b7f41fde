import * as tf from '@tensorflow/tfjs-core';
import { gather, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkBatch, checkSameShape } from './check-batch.ts';

/** Options of {@link posteriorMean}. */
export interface PosteriorMeanOptions {
  /** x_t, of the shape of `x0`. It is not disposed. */
  xt: tf.Tensor;
}

/**
 * μ̃_t(x_t, x_0) = c1_t x_0 + c2_t x_t, the mean of q(x_{t−1} | x_t, x_0); x_0 itself at t = 1.
 *
 * @param x0 data or its prediction, `[B, …]`; not disposed
 * @param t one step in 1…T per example: numbers, or a tensor `[B]` (whose values are not checked)
 * @returns the mean, of the shape of `x0`; the caller disposes it. Differentiable in `x0` and `xt`
 * @throws RangeError if `t` does not hold B steps in 1…T or `xt` has another shape than `x0`
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eqs. 6–7.
 *
 * @example
 * ```ts
 * import { posteriorMean } from '@diffgan/objectives';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * posteriorMean(vpSchedule(4), tf.tensor2d([[1]]), [2], { xt: tf.tensor2d([[0]]) }); // [[0.6657…]]
 * ```
 */
export function posteriorMean<T extends tf.Tensor>(
  schedule: NoiseSchedule,
  x0: T,
  t: Steps,
  options: PosteriorMeanOptions,
): T {
  const { xt } = options;
  checkBatch('posteriorMean', schedule, x0, t);
  checkSameShape('posteriorMean', 'xt', xt, x0);
  return tf.tidy(() => {
    const c1 = gather(schedule.posteriorX0, t, x0.rank);
    const c2 = gather(schedule.posteriorXt, t, x0.rank);
    return tf.add<T>(tf.mul(c1, x0), tf.mul(c2, xt));
  });
}
