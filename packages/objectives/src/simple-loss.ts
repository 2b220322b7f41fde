import * as tf from '@tensorflow/tfjs-core';
import { callModel, gather, type Model, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkSameShape } from './check-batch.ts';
import { type LossWeight, weightsOf } from './loss-weight.ts';
import { meanPerExample } from './per-example.ts';
import { checkPrediction, type Prediction } from './prediction.ts';
import { qSample } from './q-sample.ts';
import { type NoiseOptions, standardNormal } from './standard-normal.ts';
import { targetOf } from './target-of.ts';

/** Options of {@link simpleLoss}. */
export interface SimpleLossOptions extends NoiseOptions {
  /** One step in 1…T per example: numbers, or a tensor `[B]` (whose values are not checked). */
  t: Steps;
  /**
   * What the network predicts.
   * @defaultValue `'eps'`
   */
  predicts?: Prediction;
  /**
   * Weight of each step, such as {@link minSnrWeight}; 1 for all unless given.
   */
  weight?: LossWeight;
  /**
   * Whether the model runs in training mode, with dropout.
   * @defaultValue `false`
   */
  training?: boolean;
  /** What a model with dropout computes its masks from, made by `dropoutSeed` of `@diffgan/ops`, a new one for each step. */
  dropoutSeed?: tf.Tensor2D;
}

/**
 * L_simple of DDPM, per example: the mean over pixels of (ε − ε̂(x_t, t))² with x_t = √ᾱ_t x_0 + √(1 − ᾱ_t) ε, or the same for
 * a network that predicts x_0, v or the posterior mean.
 *
 * @param model prediction of the shape of `x0` from `[x_t, position]`, position = t − 1 as float32 `[B]`
 * @param x0 data `[B, …]`, usually images `[B, H, W, C]` in [−1, 1]; not disposed
 * @returns the losses `[B]`; the caller reduces and disposes them. Differentiable in the model's weights
 * @throws RangeError if `predicts` is unknown, `t` does not hold B steps in 1…T, or `noise` or the prediction has another shape
 * than `x0`
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eq. 14 (a sum over pixels there, a mean here).
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { simpleLoss } from '@diffgan/objectives';
 * import { linearSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const guessZero = (xt: tf.Tensor) => tf.zerosLike(xt);
 * simpleLoss(guessZero, linearSchedule(), tf.zeros([2, 28, 28, 1]), { t: [1, 500], key: key(7) }); // about [1, 1]
 * ```
 */
export function simpleLoss(
  model: Model,
  schedule: NoiseSchedule,
  x0: tf.Tensor,
  options: SimpleLossOptions,
): tf.Tensor1D {
  const { t, predicts = 'eps', weight, training = false, dropoutSeed } = options;
  checkPrediction('simpleLoss', predicts);
  return tf.tidy(() => {
    const noise = standardNormal('simpleLoss', x0, options);
    const xt = qSample(schedule, x0, t, { noise });
    const output = callModel(model, [xt, gather(schedule.positions, t, 1)], { training, dropoutSeed });
    checkSameShape('simpleLoss', 'the prediction', output, x0);
    const target = targetOf(predicts, schedule, x0, { t, noise, xt });
    const error = meanPerExample(tf.square(tf.sub(target, output)));
    return weight ? tf.mul(weightsOf(weight, schedule, t), error) : error;
  });
}
