import * as tf from '@tensorflow/tfjs-core';
import { posteriorMean, predict, reverseVariance, splitOutput, type VarianceKind } from '@diffgan/objectives';
import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkPrediction } from './check-prediction.ts';
import { reverseChain } from './reverse-chain.ts';
import type { DiffusionSamplerOptions, SamplerStep, SampleShape, SamplesOf } from './sampler-options.ts';

/** Options of {@link ddpmSampler}. */
export type DdpmSamplerOptions<
  Shape extends SampleShape = SampleShape,
  Samples extends tf.Tensor = tf.Tensor,
> = DiffusionSamplerOptions<Shape, Samples> & {
  /**
   * Variance of a reverse step: `'fixedLarge'` is β_t, right for data of unit variance; `'fixedSmall'` is β̃_t, right for data
   * that is one point. With `'learned'` and `'learnedRange'` the model has twice the channels: the second half is log σ², or
   * where log σ² lies between log β̃_t (−1) and log β_t (1).
   * @defaultValue `'fixedLarge'`
   */
  variance?: VarianceKind;
};

const variances = ['fixedLarge', 'fixedSmall', 'learned', 'learnedRange'];

/**
 * Ancestral sampling of a DDPM: for t = T…1 predict ε̂ = ε(x_t, t), turn it into x̂_0, clip it, and draw
 * x_{t−1} = c1 x̂_0 + c2 x_t + σ_t z, without noise at t = 1. T calls of the model.
 *
 * Without clipping the mean is the paper's (x_t − β_t ε̂ / √(1 − ᾱ_t)) / √α_t; with it, x̂_0 stays a possible image, which
 * improves samples.
 *
 * @param model the prediction `predicts` of the shape of x_t (twice the channels for a learned variance) from
 * `[x_t, position]`, position = t − 1 as float32 `[B]`, or `[x_t, position, cond]`
 * @param schedule the schedule it was trained with, or a respaced one for fewer steps
 * @param options `shape` or `xT`, `key` or `keys`, `predicts`, `variance`, `clip`, `cond`, `from`, `until`, `signal`, `preview`
 * @returns an async generator: one {@link SamplerStep} per step, then the samples, which the caller disposes. Ending it early
 * frees everything
 * @throws (at the first `next()`) TypeError unless exactly one of `shape` and `xT` and at most one of `key` and `keys` is given;
 * RangeError if the shape, `variance` or the shape of the model's output is wrong; the signal's reason when aborted
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), algorithm 2; learned variances: Nichol, Dhariwal 2021 (arXiv:2102.09672),
 * eq. 15.
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
export async function* ddpmSampler<Shape extends SampleShape, Samples extends tf.Tensor = SamplesOf<Shape>>(
  model: Model,
  schedule: NoiseSchedule,
  options: DdpmSamplerOptions<Shape, Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { predicts = 'eps', variance = 'fixedLarge', clip = true } = options;
  if (!variances.includes(variance))
    throw new RangeError(`ddpmSampler: variance is '${variance}'; use one of ${variances.join(', ')}`);
  const learned = variance.startsWith('learned');
  return yield* reverseChain<Samples>({ caller: 'ddpmSampler', model, ladder: schedule }, options, (state) => {
    const { xt, t, steps, inputs, noise } = state;
    const output = state.ask([xt, ...inputs]);
    const { prediction, variance: spread } = learned ? splitOutput(output) : { prediction: output };
    checkPrediction('ddpmSampler', prediction, xt);
    const x0Hat = predict(predicts, schedule, prediction, { t: steps, xt, clip }).x0;
    const mean = posteriorMean(schedule, x0Hat, steps, { xt });
    if (t === 1) return { x0Hat, xPrev: mean };
    const { logVariance } = reverseVariance(variance, schedule, steps, { output: spread, rank: xt.rank });
    return { x0Hat, xPrev: tf.add(mean, tf.mul(tf.exp(tf.mul(0.5, logVariance)), noise())) };
  });
}
