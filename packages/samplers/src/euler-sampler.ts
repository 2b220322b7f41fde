import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { reverseChain } from './reverse-chain.ts';
import type { SamplerStep, SampleShape, SamplesOf } from './sampler-options.ts';
import { denoiseAt, type OdeSamplerOptions, sigmaLadder, signalAt } from './sigma-ladder.ts';

/**
 * Euler's method for the probability flow ODE dx̄ = ε̂ dσ: x̄_{t−1} = x̄_t + (σ_{t−1} − σ_t) ε̂ = x̂_0 + σ_{t−1} ε̂. On the schedule's
 * own grid this is DDIM with η = 0. First order; one call of the model per step.
 *
 * @param model the prediction `predicts` (not `'mean'`) of the shape of x_t from `[x_t, position]`, position = t − 1 as float32
 * `[B]`, or `[x_t, position, cond]`
 * @param schedule the schedule it was trained with, or a respaced one
 * @param options `sigmas` and those of {@link DiffusionSamplerOptions}; see {@link OdeSamplerOptions}
 * @returns an async generator: one {@link SamplerStep} per step, then the samples, which the caller disposes. Ending it early
 * frees everything
 * @throws (at the first `next()`) as {@link ddpmSampler}; RangeError if `sigmas` does not decrease
 *
 * Source: Karras et al. 2022 (arXiv:2206.00364), algorithm 1 without its correction.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { eulerSampler, run } from '@diffgan/samplers';
 * import { linearSchedule, respace } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const schedule = respace(linearSchedule(), 20);
 * const samples = await run(eulerSampler(model, schedule, { shape: [4, 28, 28, 1], key: key(7) })); // [4, 28, 28, 1]
 * ```
 */
export async function* eulerSampler<Shape extends SampleShape, Samples extends tf.Tensor = SamplesOf<Shape>>(
  model: Model,
  schedule: NoiseSchedule,
  options: OdeSamplerOptions<Shape, Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const ladder = sigmaLadder('eulerSampler', schedule, options);
  return yield* reverseChain<Samples>({ caller: 'eulerSampler', model, ladder }, options, ({ t, ...state }) => {
    const { x0, eps } = denoiseAt('eulerSampler', { ...state, sigma: ladder.sigma(t) }, options);
    const sigma = ladder.sigma(t - 1);
    return { x0Hat: x0, xPrev: sigma === 0 ? x0 : tf.mul(signalAt(sigma), tf.add(x0, tf.mul(sigma, eps))) };
  });
}
