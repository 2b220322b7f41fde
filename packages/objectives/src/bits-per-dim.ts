/** Options of {@link bitsPerDim}. */
export interface BitsPerDimOptions {
  /**
   * For the likelihood of a continuous density of scaled data: how many grey levels one unit of the data spans, 127.5 for pixels
   * 2k/255 − 1 and 128 for 2(k + ½)/256 − 1; adds its logarithm. Bounds of discretised data need none.
   * @defaultValue `1`
   */
  levelsPerUnit?: number;
}

/** A code length over a set of examples. */
export interface BitsPerDim {
  /** Bits per dimension, the mean over the examples. */
  mean: number;
  /** Standard error of the mean; NaN for one example. */
  standardError: number;
}

/**
 * Mean negative log-likelihood in bits per dimension, nats/(D log 2), with its standard error; a uniform model of 256 levels
 * gives 8.
 *
 * @param nats one negative log-likelihood (or bound) per example
 * @param dimensions D, the number of pixels times channels
 * @throws RangeError if there is no example, `dimensions` is not a whole number ≥ 1 or `levelsPerUnit` is not positive
 *
 * Source: Theis, van den Oord, Bethge 2016 (arXiv:1511.01844), section 3.1.
 *
 * @example
 * ```ts
 * import { bitsPerDim } from '@diffgan/objectives';
 *
 * bitsPerDim([3, 5], 2); // { mean: 2.885…, standardError: 0.721… }
 * ```
 */
export function bitsPerDim(nats: ArrayLike<number>, dimensions: number, options: BitsPerDimOptions = {}): BitsPerDim {
  const { levelsPerUnit = 1 } = options;
  const n = nats.length;
  if (n === 0) throw new RangeError('bitsPerDim: nats is empty; give one negative log-likelihood per example');
  if (!Number.isSafeInteger(dimensions) || dimensions < 1)
    throw new RangeError(`bitsPerDim: dimensions is ${dimensions}; give the number of pixels times channels`);
  if (!(levelsPerUnit > 0)) throw new RangeError(`bitsPerDim: levelsPerUnit is ${levelsPerUnit}; it must be positive`);
  const bits = Float64Array.from(nats, (x) => x / (dimensions * Math.LN2) + Math.log2(levelsPerUnit));
  const mean = bits.reduce((a, b) => a + b) / n;
  const squares = bits.reduce((a, b) => a + (b - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (n - 1) / n) };
}
