import * as tf from '@tensorflow/tfjs-core';
import { callModel, gather, type Model, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { boundTerm } from './bound-term.ts';
import { checkSameShape } from './check-batch.ts';
import { checkDecoder, type DecoderOptions } from './discretized-log-likelihood.ts';
import { posteriorMean } from './posterior-mean.ts';
import { predict } from './predict.ts';
import type { Prediction } from './prediction.ts';
import { qSample } from './q-sample.ts';
import { reverseVariance, type VarianceKind } from './reverse-variance.ts';
import { splitOutput } from './split-output.ts';
import { type NoiseOptions, standardNormal } from './standard-normal.ts';

/** Options that say how a network's output becomes p(x_{t−1} | x_t), and how pixels are decoded. */
export interface BoundOptions extends DecoderOptions {
  /**
   * What the network predicts.
   * @defaultValue `'eps'`
   */
  predicts?: Prediction;
  /**
   * Variance of the reverse steps; the network has 2C output channels if it is learned.
   * @defaultValue `'fixedLarge'`
   */
  variance?: VarianceKind;
  /**
   * Whether to clip x̂_0 to [−1, 1], as released evaluation code does; it lowers the bound.
   * @defaultValue `false`
   */
  clip?: boolean;
  /**
   * Whether the model runs in training mode, with dropout.
   * @defaultValue `false`
   */
  training?: boolean;
  /** What a model with dropout computes its masks from, made by `dropoutSeed` of `@diffgan/ops`, a new one for each step. */
  dropoutSeed?: tf.Tensor2D;
}

/** Options of {@link vlbTerm}. */
export interface VlbTermOptions extends BoundOptions, NoiseOptions {
  /** One step in 1…T per example: numbers, or a tensor `[B]` (whose values are not checked). */
  t: Steps;
}

/**
 * One term of the variational bound per example, in nats: L_{t−1} = KL(q(x_{t−1} | x_t, x_0) ‖ p(x_{t−1} | x_t)) for t > 1 and
 * L_0 = −log p(x_0 | x_1), the discretised decoder, for t = 1. T times the term of a uniformly drawn t is an unbiased estimate of
 * the bound without its prior term, {@link priorKl}.
 *
 * @param model prediction from `[x_t, position]`, position = t − 1 as float32 `[B]`: of the shape of `x0`, with twice the
 * channels if the variance is learned
 * @param x0 data `[B, …]` on the grey levels in [−1, 1]; not disposed
 * @returns nats `[B]`; the caller reduces and disposes them. Differentiable in the model's weights
 * @throws RangeError if an option is unknown, `t` does not hold B steps in 1…T, or `noise` or the prediction has a wrong shape
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eqs. 5 and 13.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { vlbTerm } from '@diffgan/objectives';
 * import { linearSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const guessZero = (xt: tf.Tensor) => tf.zerosLike(xt);
 * vlbTerm(guessZero, linearSchedule(), tf.zeros([2, 28, 28, 1]), { t: [2, 500], key: key(7) }); // nats, [2]
 * ```
 */
export function vlbTerm(model: Model, schedule: NoiseSchedule, x0: tf.Tensor, options: VlbTermOptions): tf.Tensor1D {
  const { t, predicts = 'eps', variance = 'fixedLarge', clip = false, training = false, dropoutSeed } = options;
  checkDecoder('vlbTerm', options);
  return tf.tidy(() => {
    const noise = standardNormal('vlbTerm', x0, options);
    const xt = qSample(schedule, x0, t, { noise });
    const output = callModel(model, [xt, gather(schedule.positions, t, 1)], { training, dropoutSeed });
    const learned = variance === 'learned' || variance === 'learnedRange';
    const { prediction, variance: spread } = learned
      ? splitOutput(output)
      : { prediction: output, variance: undefined };
    checkSameShape('vlbTerm', 'the prediction', prediction, x0);
    const mean =
      predicts === 'mean' && !clip
        ? prediction
        : posteriorMean(schedule, predict(predicts, schedule, prediction, { t, xt, clip }).x0, t, { xt });
    const { logVariance } = reverseVariance(variance, schedule, t, { output: spread, rank: x0.rank });
    return boundTerm(schedule, x0, { ...options, xt, mean, logVariance });
  });
}
