import { callModel, gather, type Model, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import * as tf from '@tensorflow/tfjs-core';
import { checkSameShape } from './check-batch.ts';
import { qSample } from './q-sample.ts';
import { standardNormal, type NoiseOptions } from './standard-normal.ts';

/** Options of {@link simpleLoss}. */
export interface SimpleLossOptions extends NoiseOptions {
  /** One step in 1…T per example: numbers, or a tensor `[B]` (whose values are not checked). */
  t: Steps;
  /**
   * Whether the model runs in training mode, with dropout.
   * @defaultValue `false`
   */
  training?: boolean;
}

/**
 * L_simple of DDPM, per example: the mean over pixels of (ε − ε̂(x_t, t))² with x_t = √ᾱ_t x_0 + √(1 − ᾱ_t) ε.
 *
 * @param model - noise prediction ε̂ of the shape of `x0` from `[x_t, position]`, position = t − 1 as float32 `[B]`
 * @param x0 - data `[B, …]`, usually images `[B, H, W, C]` in [−1, 1]; not disposed
 * @returns the losses `[B]`; the caller reduces and disposes them. Differentiable in the model's weights
 * @throws RangeError if `t` does not hold B steps in 1…T, or `noise` or the prediction has another shape than `x0`
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
  const { t, training = false } = options;
  return tf.tidy(() => {
    const noise = standardNormal('simpleLoss', x0, options);
    const xt = qSample(schedule, x0, t, { noise });
    const epsHat = callModel(model, [xt, gather(schedule.positions, t, 1)], { training });
    checkSameShape('simpleLoss', 'the prediction', epsHat, x0);
    return tf.mean(tf.reshape(tf.square(tf.sub(noise, epsHat)), [x0.shape[0], -1]), 1);
  });
}
