import * as tf from '@tensorflow/tfjs-core';
import { callModel, gather, type Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkSameShape } from './check-batch.ts';
import type { DecoderOptions } from './discretized-log-likelihood.ts';
import { qSample } from './q-sample.ts';
import { simpleLoss, type SimpleLossOptions } from './simple-loss.ts';
import { splitOutput } from './split-output.ts';
import { standardNormal } from './standard-normal.ts';
import { stopGradient } from './stop-gradient.ts';
import { vlbTerm } from './vlb-term.ts';

/** Options of {@link hybridLoss}. */
export interface HybridLossOptions extends SimpleLossOptions, DecoderOptions {
  /**
   * How the second half of the output is read.
   * @defaultValue `'learnedRange'`
   */
  variance?: 'learned' | 'learnedRange';
  /**
   * λ, the weight of the bound.
   * @defaultValue `0.001`
   */
  vlbWeight?: number;
}

/**
 * L_simple + λ L_vlb, per example, which trains a learned variance: L_vlb is the bound in bits per dimension, estimated by T times
 * its term at t, and does not move the prediction, which L_simple trains.
 *
 * @param model `[B, …, 2C]` from `[x_t, position]`, position = t − 1 as float32 `[B]`: prediction and variance, see
 * {@link splitOutput}
 * @param x0 data `[B, …, C]` on the grey levels in [−1, 1]; not disposed
 * @returns the losses `[B]`; the caller reduces and disposes them. Differentiable in the model's weights
 * @throws RangeError if an option is unknown, `t` does not hold B steps in 1…T, or `noise` or the output has a wrong shape
 *
 * Source: Nichol, Dhariwal 2021 (arXiv:2102.09672), eq. 16.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { hybridLoss } from '@diffgan/objectives';
 * import { cosineSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const guessZero = (xt: tf.Tensor) => tf.zerosLike(tf.concat([xt, xt], -1));
 * hybridLoss(guessZero, cosineSchedule(), tf.zeros([2, 28, 28, 1]), { t: [1, 500], key: key(7) }); // [2]
 * ```
 */
export function hybridLoss(
  model: Model,
  schedule: NoiseSchedule,
  x0: tf.Tensor,
  options: HybridLossOptions,
): tf.Tensor1D {
  const { variance = 'learnedRange', vlbWeight = 1e-3, training, dropoutSeed, predicts, t, levels, form } = options;
  if (variance !== 'learned' && variance !== 'learnedRange')
    throw new RangeError(`hybridLoss: variance is '${String(variance)}'; use one of learned, learnedRange`);
  if (!(vlbWeight >= 0)) throw new RangeError(`hybridLoss: vlbWeight is ${vlbWeight}; it must not be negative`);
  return tf.tidy(() => {
    const noise = standardNormal('hybridLoss', x0, options);
    const xt = qSample(schedule, x0, t, { noise });
    const output = callModel(model, [xt, gather(schedule.positions, t, 1)], { training, dropoutSeed });
    const { prediction, variance: spread } = splitOutput(output);
    checkSameShape('hybridLoss', 'the prediction', prediction, x0);
    const simple = simpleLoss(() => prediction, schedule, x0, { ...options, noise });
    const stopped = tf.concat([stopGradient(prediction), spread], -1);
    const term = vlbTerm(() => stopped, schedule, x0, { t, noise, predicts, variance, levels, form });
    const dimensions = x0.size / x0.shape[0];
    return tf.add<tf.Tensor1D>(simple, tf.mul((vlbWeight * schedule.steps) / (dimensions * Math.LN2), term));
  });
}
