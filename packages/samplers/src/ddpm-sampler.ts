import { epsToX0, posteriorMean } from '@diffgan/objectives';
import { callModel, normal, type Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import * as tf from '@tensorflow/tfjs-core';
import { checkPrediction } from './check-prediction.ts';
import { reverseChain } from './reverse-chain.ts';
import type { SamplerOptions, SamplerStep } from './sampler-options.ts';

/** Options of {@link ddpmSampler}. */
export type DdpmSamplerOptions = SamplerOptions & {
  /**
   * Variance of a reverse step: `'fixedLarge'` is β_t, right for data of unit variance; `'fixedSmall'` is β̃_t, right for data
   * that is one point.
   * @defaultValue `'fixedLarge'`
   */
  variance?: 'fixedLarge' | 'fixedSmall';
  /**
   * Whether x̂_0 is clipped to [−1, 1], the range of images, before x_{t−1} is drawn around it.
   * @defaultValue `true`
   */
  clip?: boolean;
};

/**
 * Ancestral sampling of a DDPM: for t = T…1 predict ε̂ = ε(x_t, t), turn it into x̂_0, clip it, and draw
 * x_{t−1} = c1 x̂_0 + c2 x_t + σ_t z, without noise at t = 1. T calls of the model.
 *
 * Without clipping the mean is the paper's (x_t − β_t ε̂ / √(1 − ᾱ_t)) / √α_t; with it, x̂_0 stays a possible image, which
 * improves samples.
 *
 * @param model - noise prediction ε̂ of the shape of x_t from `[x_t, position]`, position = t − 1 as float32 `[B]`
 * @param schedule - the schedule it was trained with
 * @param options - `shape` or `xT`, `key`, `variance`, `clip`, `signal`, `preview`
 * @returns an async generator: one {@link SamplerStep} per step, then the samples, which the caller disposes. Ending it early
 * frees everything
 * @throws (at the first `next()`) TypeError unless exactly one of `shape` and `xT` is given; RangeError if the shape, `variance`
 * or the shape of the model's output is wrong; the signal's reason when aborted
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), algorithm 2.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { ddpmSampler, run } from '@diffgan/samplers';
 * import { linearSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const schedule = linearSchedule(50, { scale: 20 });
 * const samples = await run(ddpmSampler(model, schedule, { shape: [4, 28, 28, 1], key: key(7) })); // [4, 28, 28, 1]
 * ```
 */
export async function* ddpmSampler(
  model: Model,
  schedule: NoiseSchedule,
  options: DdpmSamplerOptions,
): AsyncGenerator<SamplerStep, tf.Tensor> {
  const { variance = 'fixedLarge', clip = true } = options;
  const variances = { fixedLarge: schedule.beta, fixedSmall: schedule.betaTilde };
  if (!Object.hasOwn(variances, variance))
    throw new RangeError(`ddpmSampler: variance is '${variance}'; use one of ${Object.keys(variances).join(', ')}`);
  return yield* reverseChain(schedule, options, ({ xt, t, steps, position, noiseKey }) => {
    const epsHat = callModel(model, [xt, position]);
    checkPrediction('ddpmSampler', epsHat, xt);
    const x0Hat = epsToX0(schedule, epsHat, steps, { xt, clip });
    const mean = posteriorMean(schedule, x0Hat, steps, { xt });
    if (t === 1) return { x0Hat, xPrev: mean };
    const sigma = Math.sqrt(variances[variance][t - 1]);
    return { x0Hat, xPrev: tf.add(mean, tf.mul(sigma, normal(noiseKey, xt.shape))) };
  });
}
