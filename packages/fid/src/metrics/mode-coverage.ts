import { assertInteger } from '../features/features.ts';

/** Result of {@link modeCoverage} and part of that of {@link gaussianModes}. */
export interface ModeCoverage {
  /** How many modes have at least one sample. */
  modes: number;
  /** Σ p̂ log(p̂ / p), in nats: of the shares of the samples against those of the data. */
  kl: number;
  /** What `kl` would be on average, to first order, for perfect samples of this number: (modes − 1) / (2n). */
  klBias: number;
  /** Samples per mode. */
  counts: Float64Array;
}

/** Options of {@link modeCoverage}. */
export interface ModeCoverageOptions {
  /** How many modes there are: 1000 for three stacked digits. */
  total: number;
  /** Samples of the data per mode, or their probabilities. @defaultValue all modes alike */
  data?: ArrayLike<number>;
}

/**
 * How many modes of the data a generator has found, and how evenly.
 *
 * @param labels mode of each sample, 0…total − 1; those of stacked images come from {@link stackedLabels}
 * @param options number of modes, and the distribution of the data
 * @returns the number of modes that were found and the divergence from the data; compare at equal n, 26 000 in the literature
 * @throws RangeError for no labels, a label out of range, or a mode that has samples but no data
 * @see Metz et al.: Unrolled generative adversarial networks, arXiv:1611.02163; Lin et al.: PacGAN, arXiv:1712.04086
 * @example
 * ```ts
 * modeCoverage([0, 0, 0, 2, 1], { total: 4 }); // modes 3, kl 0.44 of at most log 4
 * ```
 */
export function modeCoverage(labels: ArrayLike<number>, { total, data }: ModeCoverageOptions): ModeCoverage {
  assertInteger('modeCoverage', 'total', total);
  if (labels.length === 0) throw new RangeError('modeCoverage: labels is empty; pass at least one.');
  const counts = new Float64Array(total);
  for (let i = 0; i < labels.length; i++) {
    if (!Number.isInteger(labels[i]) || labels[i] < 0 || labels[i] >= total)
      throw new RangeError(`modeCoverage: labels[${i}] is ${labels[i]}; it must be an integer in 0…${total - 1}.`);
    counts[labels[i]]++;
  }
  return coverageOf(counts, sharesOf(data ?? new Float64Array(total).fill(1), total));
}

function sharesOf(data: ArrayLike<number>, total: number): Float64Array {
  const shares = Float64Array.from(data);
  if (shares.length !== total || !shares.every((share) => share >= 0 && share < Infinity))
    throw new RangeError(`modeCoverage: data must have ${total} numbers ≥ 0, one per mode.`);
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
}

/** The measures from counts per mode and the shares of the data. */
export function coverageOf(counts: Float64Array, shares: Float64Array): ModeCoverage {
  const n = counts.reduce((a, b) => a + b, 0);
  const kl = counts.reduce((sum, count, mode) => {
    if (count > 0 && shares[mode] === 0)
      throw new RangeError(
        `modeCoverage: ${count} samples are in mode ${mode}, where the data have none; kl is infinite.`,
      );
    return count > 0 ? sum + (count / n) * Math.log(count / n / shares[mode]) : sum;
  }, 0);
  return {
    modes: counts.filter((count) => count > 0).length,
    kl,
    klBias: (counts.length - 1) / (2 * n),
    counts,
  };
}
