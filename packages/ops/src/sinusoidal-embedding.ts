import * as tf from '@tensorflow/tfjs-core';

/** Options of `sinusoidalEmbedding`. */
export interface SinusoidalEmbeddingOptions {
  /** The slowest wave turns by one radian over this many positions. @defaultValue 10000 */
  maxPeriod?: number;
  /** Whether the cosines come first. @defaultValue false */
  cosineFirst?: boolean;
  /** What is taken from dim/2 to get the denominators: 1 in DDPM, 0 in the nets of OpenAI and, where nothing is said, in diffusers. @defaultValue 1 */
  frequencyShift?: 0 | 1;
}

/**
 * Positions as waves of geometrically spaced frequencies, [sin | cos] with denominators dim/2 − 1 as in DDPM (Ho et al. 2020) unless
 * told otherwise.
 *
 * @param positions [B], what a network sees of the steps (step − 1, or rescaled).
 * @param dim even, at least 4.
 * @returns [B, dim], owned by the caller; differentiable by the positions.
 * @throws RangeError when `dim` is odd or too small, or positions are not a vector.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { sinusoidalEmbedding } from '@diffgan/ops';
 * const embedding = sinusoidalEmbedding(tf.tensor1d([0, 6, 999]), 128);
 * ```
 */
export function sinusoidalEmbedding(
  positions: tf.Tensor1D,
  dim: number,
  { maxPeriod = 10000, cosineFirst = false, frequencyShift = 1 }: SinusoidalEmbeddingOptions = {},
): tf.Tensor2D {
  if (positions.rank !== 1)
    throw new RangeError(`sinusoidalEmbedding: positions have shape [${positions.shape}], but must be [batch]`);
  if (!Number.isInteger(dim) || dim < 4 || dim % 2)
    throw new RangeError(`sinusoidalEmbedding: dim is ${dim}, but must be even and at least 4`);
  if (!(maxPeriod > 1)) throw new RangeError(`sinusoidalEmbedding: maxPeriod is ${maxPeriod}, but must be above 1`);
  if (frequencyShift !== 0 && frequencyShift !== 1)
    throw new RangeError(`sinusoidalEmbedding: frequencyShift is ${String(frequencyShift)}, but must be 0 or 1`);
  const half = dim / 2;
  const exponent = (i: number) => (-Math.log(maxPeriod) * i) / (half - frequencyShift);
  const frequencies = Float32Array.from({ length: half }, (_, i) => Math.exp(exponent(i)));
  return tf.tidy(() => {
    const column = tf.reshape(tf.cast(positions, 'float32'), [-1, 1]);
    const angles = tf.mul(column, tf.tensor2d(frequencies, [1, half]));
    const waves = [tf.sin(angles), tf.cos(angles)];
    return tf.concat(cosineFirst ? waves.reverse() : waves, 1) as tf.Tensor2D;
  });
}
