import * as tf from '@tensorflow/tfjs-core';
import { gather, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkBatch, checkSameShape } from './check-batch.ts';
import { posteriorMean } from './posterior-mean.ts';
import { checkPrediction, type Prediction } from './prediction.ts';
import { qSample } from './q-sample.ts';

/** Options of {@link targetOf}. */
export interface TargetOptions {
  /** One step in 1…T per example: numbers, or a tensor `[B]` (whose values are not checked). */
  t: Steps;
  /** ε, the noise that made x_t from x_0; of the shape of `x0`. It is not disposed. */
  noise: tf.Tensor;
  /**
   * x_t, of the shape of `x0`; only the target `'mean'` needs it. It is not disposed.
   * @defaultValue √ᾱ_t x_0 + √(1 − ᾱ_t) ε
   */
  xt?: tf.Tensor;
}

/**
 * What a network of the given kind should output: ε, x_0, v = √ᾱ_t ε − √(1 − ᾱ_t) x_0, or the mean of q(x_{t−1} | x_t, x_0).
 *
 * @param kind what the network predicts
 * @param x0 data `[B, …]`; not disposed
 * @returns the target, of the shape of `x0`; the caller disposes it
 * @throws RangeError if `kind` is unknown, `t` does not hold B steps in 1…T, or `noise` or `xt` has another shape than `x0`
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), section 3.2; Salimans, Ho 2022 (arXiv:2202.00512), section 4.
 *
 * @example
 * ```ts
 * import { targetOf } from '@diffgan/objectives';
 * import { linearSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * targetOf('v', linearSchedule(), tf.tensor2d([[0.37]]), { t: [500], noise: tf.tensor2d([[-1.1]]) }); // [[-0.6635…]]
 * ```
 */
export function targetOf(kind: Prediction, schedule: NoiseSchedule, x0: tf.Tensor, options: TargetOptions): tf.Tensor {
  const { t, noise, xt } = options;
  checkPrediction('targetOf', kind);
  checkBatch('targetOf', schedule, x0, t);
  checkSameShape('targetOf', 'noise', noise, x0);
  return tf.tidy(() => {
    if (kind === 'eps') return tf.clone(noise);
    if (kind === 'x0') return tf.clone(x0);
    if (kind === 'mean') return posteriorMean(schedule, x0, t, { xt: xt ?? qSample(schedule, x0, t, { noise }) });
    const signal = gather(schedule.alphaBar.map(Math.sqrt), t, x0.rank);
    const sigma = gather(schedule.oneMinusAlphaBar.map(Math.sqrt), t, x0.rank);
    return tf.sub(tf.mul(signal, noise), tf.mul(sigma, x0));
  });
}
