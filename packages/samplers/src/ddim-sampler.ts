import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { denoise } from './denoise.ts';
import { reverseChain } from './reverse-chain.ts';
import type { DiffusionSamplerOptions, SamplerStep, SampleShape, SamplesOf } from './sampler-options.ts';

/** Options of {@link ddimSampler}. */
export type DdimSamplerOptions<
  Shape extends SampleShape = SampleShape,
  Samples extends tf.Tensor = tf.Tensor,
> = DiffusionSamplerOptions<Shape, Samples> & {
  /**
   * η, the share of the posterior's standard deviation: 0 draws no noise after x_T, 1 is ancestral sampling with β̃_t.
   * @defaultValue `0`
   */
  eta?: number;
  /**
   * Whether ε̂ is derived anew from a clipped x̂_0, so that both agree with x_t. `false` keeps the model's own ε̂ beside the clipped
   * x̂_0, as diffusers does unless `use_clipped_model_output` is set.
   * @defaultValue `true`
   */
  rederiveEps?: boolean;
};

/**
 * DDIM: x_{t−1} = √ᾱ_{t−1} x̂_0 + √(1 − ᾱ_{t−1} − σ_t²) ε̂ + σ_t z with σ_t = η √β̃_t; the x̂_0 of t = 1 is the sample. T calls of
 * the model; respace the schedule for fewer.
 *
 * @param model the prediction `predicts` of the shape of x_t from `[x_t, position]`, position = t − 1 as float32 `[B]`, or
 * `[x_t, position, cond]`
 * @param schedule the schedule it was trained with, or a respaced one
 * @param options `eta`, `rederiveEps` and those of {@link DiffusionSamplerOptions}
 * @returns an async generator: one {@link SamplerStep} per step, then the samples, which the caller disposes. Ending it early
 * frees everything
 * @throws (at the first `next()`) as {@link ddpmSampler}; RangeError unless 0 ≤ `eta` ≤ 1
 *
 * Source: Song, Meng, Ermon 2021 (arXiv:2010.02502), eqs. 12 and 16.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { ddimSampler, run } from '@diffgan/samplers';
 * import { linearSchedule, respace } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const schedule = respace(linearSchedule(), 20);
 * const samples = await run(ddimSampler(model, schedule, { shape: [4, 28, 28, 1], key: key(7) })); // [4, 28, 28, 1]
 * ```
 */
export async function* ddimSampler<Shape extends SampleShape, Samples extends tf.Tensor = SamplesOf<Shape>>(
  model: Model,
  schedule: NoiseSchedule,
  options: DdimSamplerOptions<Shape, Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { eta = 0 } = options;
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`ddimSampler: eta is ${eta}; it must lie in [0, 1]`);
  return yield* reverseChain<Samples>({ caller: 'ddimSampler', model, ladder: schedule }, options, (state) => {
    const { t, noise } = state;
    const { x0, eps } = denoise('ddimSampler', schedule, state, options);
    if (t === 1) return { x0Hat: x0, xPrev: x0 };
    const variance = eta ** 2 * schedule.betaTilde[t - 1]; // eq. 16
    const direction = tf.mul(Math.sqrt(schedule.oneMinusAlphaBar[t - 2] - variance), eps);
    const mean = tf.add(tf.mul(Math.sqrt(schedule.alphaBarPrev[t - 1]), x0), direction); // eq. 12
    return { x0Hat: x0, xPrev: eta === 0 ? mean : tf.add(mean, tf.mul(Math.sqrt(variance), noise())) };
  });
}
