import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { reverseChain } from './reverse-chain.ts';
import type { SamplerStep, SampleShape, SamplesOf } from './sampler-options.ts';
import { denoiseAt, type OdeSamplerOptions, positionAt, sigmaLadder, signalAt } from './sigma-ladder.ts';

/** Options of {@link heunSampler}. */
export type HeunSamplerOptions<
  Shape extends SampleShape = SampleShape,
  Samples extends tf.Tensor = tf.Tensor,
> = OdeSamplerOptions<Shape, Samples> & {
  /**
   * S_churn: how much noise is added before each step, and removed by it. 0 solves the ODE; larger values, up to
   * (√2 − 1) · steps, correct errors of the model with fresh noise.
   * @defaultValue `0`
   */
  churn?: number;
  /**
   * [S_min, S_max], the σ at which noise is added.
   * @defaultValue `[0, Infinity]`
   */
  churnRange?: readonly [number, number];
  /**
   * S_noise, standard deviation of the added noise; slightly above 1 makes up for what the model removes too much.
   * @defaultValue `1`
   */
  churnNoise?: number;
};

/**
 * Heun's method for the probability flow ODE dx̄ = ε̂ dσ, with optional churn: raise σ_t to σ̂ by adding noise, take an Euler step
 * to σ_{t−1}, and repeat it with the mean of the slopes at both ends. Second order; 2n − 1 calls of the model for n steps, since
 * the last, to σ = 0, is Euler's.
 *
 * @param model the prediction `predicts` (not `'mean'`) of the shape of x_t from `[x_t, position]`, position = t − 1 as float32
 * `[B]`, fractional where σ̂ lies between two steps; or from `[x_t, position, cond]`
 * @param schedule the schedule it was trained with, or a respaced one
 * @param options `sigmas`, `churn`, `churnRange`, `churnNoise` and those of {@link DiffusionSamplerOptions}; see
 * {@link OdeSamplerOptions}
 * @returns an async generator: one {@link SamplerStep} per step, then the samples, which the caller disposes. Ending it early
 * frees everything
 * @throws (at the first `next()`) as {@link eulerSampler}; RangeError if `churn` is negative
 *
 * Source: Karras et al. 2022 (arXiv:2206.00364), algorithm 2.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { heunSampler, run } from '@diffgan/samplers';
 * import { karrasSigmas, linearSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const sigmas = karrasSigmas(18, { sigmaMin: 0.02, sigmaMax: 80 });
 * const options = { shape: [4, 28, 28, 1], key: key(7), sigmas, churn: 5 };
 * const samples = await run(heunSampler(model, linearSchedule(), options)); // [4, 28, 28, 1]
 * ```
 */
export async function* heunSampler<Shape extends SampleShape, Samples extends tf.Tensor = SamplesOf<Shape>>(
  model: Model,
  schedule: NoiseSchedule,
  options: HeunSamplerOptions<Shape, Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { churn = 0, churnRange = [0, Infinity], churnNoise = 1 } = options;
  if (!(churn >= 0 && churn < Infinity)) throw new RangeError(`heunSampler: churn is ${churn}; it must be at least 0`);
  const ladder = sigmaLadder('heunSampler', schedule, options);

  return yield* reverseChain<Samples>(
    { caller: 'heunSampler', model, ladder },
    options,
    ({ xt, t, inputs, ask, noise }) => {
      const slope = (x: tf.Tensor, sigma: number, given: tf.Tensor[]) =>
        denoiseAt('heunSampler', { xt: tf.mul(signalAt(sigma), x), inputs: given, ask, sigma }, options);
      const [sigma, sigmaNext] = [ladder.sigma(t), ladder.sigma(t - 1)];
      const at = (position: number) => [tf.fill([xt.shape[0]], position), ...inputs.slice(1)];
      const churned = churn > 0 && sigma >= churnRange[0] && sigma <= churnRange[1];
      const sigmaHat = churned ? sigma * (1 + Math.min(churn / ladder.steps, Math.SQRT2 - 1)) : sigma;
      const added = churnNoise * Math.sqrt(sigmaHat ** 2 - sigma ** 2);
      const x = tf.div(xt, signalAt(sigma));
      const xHat = churned ? tf.add(x, tf.mul(added, noise())) : x;

      const { x0, eps } = slope(xHat, sigmaHat, churned ? at(positionAt(schedule, sigmaHat)) : inputs);
      if (sigmaNext === 0) return { x0Hat: x0, xPrev: x0 };
      const euler = tf.add(x0, tf.mul(sigmaNext, eps));
      const { eps: epsNext } = slope(
        euler,
        sigmaNext,
        at(t > 1 ? ladder.positions[t - 2] : positionAt(schedule, sigmaNext)),
      );
      const heun = tf.add(xHat, tf.mul((sigmaNext - sigmaHat) / 2, tf.add(eps, epsNext)));
      return { x0Hat: x0, xPrev: tf.mul(signalAt(sigmaNext), heun) };
    },
  );
}
