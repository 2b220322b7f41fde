import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { reverseChain } from './reverse-chain.ts';
import type { SamplerStep, SampleShape, SamplesOf } from './sampler-options.ts';
import { denoiseAt, type OdeSamplerOptions, sigmaLadder, signalAt } from './sigma-ladder.ts';

/** Options of {@link eulerAncestralSampler}. */
export type EulerAncestralSamplerOptions<
  Shape extends SampleShape = SampleShape,
  Samples extends tf.Tensor = tf.Tensor,
> = OdeSamplerOptions<Shape, Samples> & {
  /**
   * η, the share of the posterior's standard deviation: 0 is {@link eulerSampler}.
   * @defaultValue `1`
   */
  eta?: number;
};

/**
 * Euler's method with ancestral noise: a step of {@link eulerSampler} goes down to σ_down, and noise of σ_up raises it to σ_{t−1}, with
 * σ_up = η σ_{t−1} √(1 − σ_{t−1}² / σ_t²) and σ_down² + σ_up² = σ_{t−1}². With η = 1 it is `ddimSampler` with η = 1. One call of the
 * model per step; no noise at the last, to σ = 0.
 *
 * @param model the prediction `predicts` (not `'mean'`) of the shape of x_t from `[x_t, position]`, position = t − 1 as float32
 * `[B]`, or `[x_t, position, cond]`
 * @param schedule the schedule it was trained with, or a respaced one
 * @param options `eta`, `spacing`, `sigmas` and those of {@link DiffusionSamplerOptions}; see {@link OdeSamplerOptions}
 * @returns an async generator: one {@link SamplerStep} per step, then the samples, which the caller disposes. Ending it early
 * frees everything
 * @throws (at the first `next()`) as {@link eulerSampler}; RangeError unless 0 ≤ `eta` ≤ 1
 *
 * Source: Song et al. 2021 (arXiv:2011.13456), appendix F, in the form of the k-diffusion library.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { eulerAncestralSampler, run } from '@diffgan/samplers';
 * import { linearSchedule, respace } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const schedule = respace(linearSchedule(), 30);
 * const samples = await run(eulerAncestralSampler(model, schedule, { shape: [4, 28, 28, 1], key: key(7) }));
 * ```
 */
export async function* eulerAncestralSampler<Shape extends SampleShape, Samples extends tf.Tensor = SamplesOf<Shape>>(
  model: Model,
  schedule: NoiseSchedule,
  options: EulerAncestralSamplerOptions<Shape, Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { eta = 1 } = options;
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`eulerAncestralSampler: eta is ${eta}; it must lie in [0, 1]`);
  const ladder = sigmaLadder('eulerAncestralSampler', schedule, options);
  return yield* reverseChain<Samples>({ caller: 'eulerAncestralSampler', model, ladder }, options, (state) => {
    const { t, noise } = state;
    const [sigma, sigmaNext] = [ladder.sigma(t), ladder.sigma(t - 1)];
    const { x0, eps } = denoiseAt('eulerAncestralSampler', { ...state, sigma }, options);
    if (sigmaNext === 0) return { x0Hat: x0, xPrev: x0 };
    const up = eta * sigmaNext * Math.sqrt(1 - (sigmaNext / sigma) ** 2);
    const lowered = tf.add(x0, tf.mul(Math.sqrt(sigmaNext ** 2 - up ** 2), eps));
    const next = up === 0 ? lowered : tf.add(lowered, tf.mul(up, noise()));
    return { x0Hat: x0, xPrev: tf.mul(signalAt(sigmaNext), next) };
  });
}
