import * as tf from '@tensorflow/tfjs-core';
import { gather, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { posteriorMean, type PosteriorMeanOptions } from './posterior-mean.ts';
import { type NoiseOptions, standardNormal } from './standard-normal.ts';

/** Options of {@link samplePosterior}. */
export interface SamplePosteriorOptions extends PosteriorMeanOptions, NoiseOptions {}

/**
 * Draws x_{t−1} ~ q(x_{t−1} | x_t, x_0) = N(c1_t x_0 + c2_t x_t, β̃_t I); x_0 itself at t = 1, where β̃ is 0.
 *
 * With x_0 = G(x_t, z, t) this is the fake pair of a denoising diffusion GAN and one step of its sampler.
 *
 * @param x0 data or its prediction, `[B, …]`; not disposed
 * @param t one step in 1…T per example: numbers, or a tensor `[B]` (whose values are not checked)
 * @returns x_{t−1} of the shape of `x0`; the caller disposes it. Differentiable in `x0`, `xt` and `noise`
 * @throws RangeError if `t` does not hold B steps in 1…T or `xt` or `noise` has another shape than `x0`
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eqs. 6–7; Xiao, Kreis, Vahdat 2022 (arXiv:2112.07804), eq. 5.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { samplePosterior } from '@diffgan/objectives';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const xt = tf.ones([1, 28, 28, 1]);
 * const xPrev = samplePosterior(vpSchedule(4), tf.zerosLike(xt), [3], { xt, key: key(7) });
 * ```
 */
export function samplePosterior<T extends tf.Tensor>(
  schedule: NoiseSchedule,
  x0: T,
  t: Steps,
  options: SamplePosteriorOptions,
): T {
  return tf.tidy(() => {
    const mean = posteriorMean(schedule, x0, t, options);
    const noise = standardNormal('samplePosterior', x0, options);
    const sigma = gather(schedule.betaTilde.map(Math.sqrt), t, x0.rank);
    return tf.add<T>(mean, tf.mul(sigma, noise));
  });
}
