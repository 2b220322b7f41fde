import * as tf from '@tensorflow/tfjs-core';
import { gather, type Key, key as newKey, split, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkBatch } from './check-batch.ts';
import { standardNormal } from './standard-normal.ts';

/** Options of {@link qSamplePair}. */
export interface QSamplePairOptions {
  /** ε₁, which makes x_{t−1} from x_0; of the shape of the images. It is not disposed. */
  noise1?: tf.Tensor;
  /** ε₂, which makes x_t from x_{t−1}; of the shape of the images. It is not disposed. */
  noise2?: tf.Tensor;
  /**
   * Key that is split in two for the noises that are not given.
   * @defaultValue `key(0)`
   */
  key?: Key;
}

/** Two neighbouring states of the forward process. */
export interface SamplePair<T extends tf.Tensor = tf.Tensor> {
  /** x_{t−1}; x_0 itself at t = 1. */
  xPrev: T;
  /** x_t. */
  xt: T;
}

/**
 * Draws a pair (x_{t−1}, x_t) ~ q(x_{t−1} | x_0) q(x_t | x_{t−1}), the real pair a denoising diffusion GAN's critic sees:
 * x_{t−1} = √ᾱ_{t−1} x_0 + √(1 − ᾱ_{t−1}) ε₁ and x_t = √α_t x_{t−1} + √β_t ε₂ with independent ε₁, ε₂.
 *
 * @param x0 data `[B, …]`, usually images `[B, H, W, C]` in [−1, 1]; not disposed
 * @param t one step in 1…T per example: numbers, or a tensor `[B]` (whose values are not checked)
 * @returns both states, of the shape of `x0`; the caller disposes them
 * @throws RangeError if `t` does not hold B steps in 1…T or a noise has another shape than `x0`
 *
 * Source: Xiao, Kreis, Vahdat 2022 (arXiv:2112.07804), section 3.2.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { qSamplePair } from '@diffgan/objectives';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const { xPrev, xt } = qSamplePair(vpSchedule(4), tf.zeros([2, 28, 28, 1]), [1, 3], { key: key(7) });
 * ```
 */
export function qSamplePair<T extends tf.Tensor>(
  schedule: NoiseSchedule,
  x0: T,
  t: Steps,
  options: QSamplePairOptions = {},
): SamplePair<T> {
  const { noise1, noise2, key = newKey(0) } = options;
  checkBatch('qSamplePair', schedule, x0, t);
  return tf.tidy(() => {
    const [key1, key2] = split(key);
    const eps1 = standardNormal('qSamplePair', x0, { noise: noise1, key: key1 });
    const eps2 = standardNormal('qSamplePair', x0, { noise: noise2, key: key2 });
    const at = (coefficients: Float64Array) => gather(coefficients.map(Math.sqrt), t, x0.rank);
    const oneMinusAlphaBarPrev = schedule.oneMinusAlphaBar.map((_, i, all) => (i === 0 ? 0 : all[i - 1]));
    const xPrev = tf.add<T>(tf.mul(at(schedule.alphaBarPrev), x0), tf.mul(at(oneMinusAlphaBarPrev), eps1));
    const xt = tf.add<T>(tf.mul(at(schedule.alpha), xPrev), tf.mul(at(schedule.beta), eps2));
    return { xPrev, xt };
  });
}
