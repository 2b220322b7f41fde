import * as tf from '@tensorflow/tfjs-core';

const MAX_EXPONENT = 32;

/**
 * Fast waves of every channel, sin(2ⁿπx) and cos(2ⁿπx): they show a network the fine detail of values that differ little. Differentiable
 * as often as needed.
 *
 * The waves have the period 2^(1 − n), a power of two, so that x is reduced to one period without rounding before the sine: what remains
 * is exact to a unit in the last place of the sine, however large 2ⁿx is.
 *
 * @param x [B, …, C].
 * @param exponents n of each pair of waves; `[7, 8]` for 8-bit pixels in [−1, 1], the 2ⁿ·2π with n = 6, 7 of the authors' release.
 * @returns [B, …, 2·C·exponents.length], owned by the caller: all sines, then all cosines, in each the waves of a channel together.
 * @throws RangeError when there is no exponent, or one that is not a whole number from 0 to 32.
 *
 * Source: Kingma, Salimans, Poole, Ho 2021 (arXiv:2107.00630), appendix C.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { fourierFeatures } from '@diffgan/ops';
 * const features = fourierFeatures(tf.zeros([2, 8, 8, 3]), [7, 8]); // [2, 8, 8, 12]
 * ```
 */
export function fourierFeatures(x: tf.Tensor, exponents: readonly number[]): tf.Tensor {
  const fits = (n: number) => Number.isInteger(n) && n >= 0 && n <= MAX_EXPONENT;
  if (exponents.length === 0 || !exponents.every(fits))
    throw new RangeError(
      `fourierFeatures: exponents are [${exponents.join()}]; give one or more whole numbers from 0 to ${MAX_EXPONENT}`,
    );
  if (x.rank < 2) throw new RangeError(`fourierFeatures: x has shape [${x.shape}], but must be [batch, …, channels]`);
  return tf.tidy(() => {
    const frequencies = tf.tensor2d([exponents.map((n) => 2 ** (n - 1))]);
    const turns = tf.mul(tf.reshape(x, [-1, 1]), frequencies); // [values, waves]; WebGPU fails at more than four axes
    const angles = tf.mul(2 * Math.PI, tf.sub(turns, tf.round(turns)));
    const shape = [...x.shape.slice(0, -1), x.shape[x.rank - 1] * exponents.length];
    return tf.concat([tf.reshape(tf.sin(angles), shape), tf.reshape(tf.cos(angles), shape)], -1);
  });
}
