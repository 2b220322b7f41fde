import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import * as tf from '@tensorflow/tfjs-core';
import { reverseChain } from './reverse-chain.ts';
import type { SamplerStep } from './sampler-options.ts';
import { denoiseAt, sigmaLadder, signalAt, type OdeSamplerOptions } from './sigma-ladder.ts';

/**
 * DPM-Solver++(2M): with λ = −log σ and h = λ_{t−1} − λ_t, x̄_{t−1} = (σ_{t−1} / σ_t) x̄_t + (1 − e^{−h}) D, where D extrapolates x̂_0
 * from this step and the one before. Second order for one call of the model per step; the first and the last step are of first
 * order.
 *
 * @param model - the prediction `predicts` (not `'mean'`) of the shape of x_t from `[x_t, position]`, position = t − 1 as float32
 * `[B]`, or `[x_t, position, cond]`
 * @param schedule - the schedule it was trained with, or a respaced one: 10 to 25 steps suffice for most models
 * @param options - `sigmas` and those of {@link DiffusionSamplerOptions}; see {@link OdeSamplerOptions}
 * @returns an async generator: one {@link SamplerStep} per step, then the samples, which the caller disposes. Ending it early
 * frees everything
 * @throws (at the first `next()`) as {@link eulerSampler}
 *
 * Source: Lu et al. 2022 (arXiv:2211.01095), algorithm 2.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { dpmSolverSampler, run } from '@diffgan/samplers';
 * import { linearSchedule, respace } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const schedule = respace(linearSchedule(), 15);
 * const samples = await run(dpmSolverSampler(model, schedule, { shape: [4, 28, 28, 1], key: key(7) })); // [4, 28, 28, 1]
 * ```
 */
export async function* dpmSolverSampler(
  model: Model,
  schedule: NoiseSchedule,
  options: OdeSamplerOptions,
): AsyncGenerator<SamplerStep, tf.Tensor> {
  const ladder = sigmaLadder('dpmSolverSampler', schedule, options, 'logSnr');
  const lambda = (t: number) => -Math.log(ladder.sigma(t));
  return yield* reverseChain(ladder, options, ({ xt, t, inputs, memory }) => {
    const [sigma, sigmaNext] = [ladder.sigma(t), ladder.sigma(t - 1)];
    const { x0 } = denoiseAt('dpmSolverSampler', model, { xt, inputs, sigma }, options);
    if (sigmaNext === 0) return { x0Hat: x0, xPrev: x0 };
    const h = lambda(t - 1) - lambda(t);
    const r = memory ? (lambda(t) - lambda(t + 1)) / h : Infinity;
    const d = memory ? tf.sub(tf.mul(1 + 1 / (2 * r), x0), tf.mul(1 / (2 * r), memory)) : x0;
    const x = tf.div(xt, signalAt(sigma));
    const next = tf.sub(tf.mul(sigmaNext / sigma, x), tf.mul(Math.expm1(-h), d));
    return { x0Hat: x0, xPrev: tf.mul(signalAt(sigmaNext), next), memory: x0 };
  });
}
