import * as tf from '@tensorflow/tfjs-core';
import { gather, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkBatch } from './check-batch.ts';
import { type NoiseOptions, standardNormal } from './standard-normal.ts';

/** Options of {@link qSample}. */
export type QSampleOptions = NoiseOptions;

/**
 * Draws x_t ~ q(x_t | x_0) = N(√ᾱ_t x_0, (1 − ᾱ_t) I): x_t = √ᾱ_t x_0 + √(1 − ᾱ_t) ε.
 *
 * @param x0 data `[B, …]`, usually images `[B, H, W, C]` in [−1, 1]; not disposed
 * @param t one step in 1…T per example: numbers, or a tensor `[B]` (whose values are not checked)
 * @returns x_t of the shape of `x0`; the caller disposes it. Differentiable in `x0` and `noise`
 * @throws RangeError if `t` does not hold B steps in 1…T or `noise` has another shape than `x0`
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eq. 4.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { qSample } from '@diffgan/objectives';
 * import { linearSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const x0 = tf.zeros([2, 28, 28, 1]);
 * const xt = qSample(linearSchedule(), x0, [1, 1000], { key: key(7) }); // [2, 28, 28, 1]
 * ```
 */
export function qSample<T extends tf.Tensor>(
  schedule: NoiseSchedule,
  x0: T,
  t: Steps,
  options: QSampleOptions = {},
): T {
  checkBatch('qSample', schedule, x0, t);
  return tf.tidy(() => {
    const eps = standardNormal('qSample', x0, options);
    const signal = gather(schedule.alphaBar.map(Math.sqrt), t, x0.rank);
    const sigma = gather(schedule.oneMinusAlphaBar.map(Math.sqrt), t, x0.rank);
    return tf.add<T>(tf.mul(signal, x0), tf.mul(sigma, eps));
  });
}
