import { type Key, permutation, split } from '@diffgan/ops';
import type { ProgressOptions } from '../in-slices.ts';
import { FeatureStatistics } from '../statistics/feature-statistics.ts';
import type { StatisticsMeta } from '../statistics/moments.ts';
import { extrapolateFid, type FidPoint } from './extrapolate-fid.ts';
import { frechetDistance } from './frechet-distance.ts';

/** Feature vectors and where they come from. */
export interface FeatureRows {
  /** Vectors one after the other. */
  readonly rows: Float32Array | Float64Array;
  readonly meta: StatisticsMeta;
}

/** Options of {@link fidInfinity}. */
export interface FidInfinityOptions extends ProgressOptions {
  /** Draws the subsets. */
  key: Key;
  /** How many sizes, evenly spaced up to all vectors. @defaultValue 15 */
  sizes?: number;
  /** The least size. @defaultValue a tenth of the vectors, but at most 5000 */
  smallest?: number;
}

/** An extrapolated score. */
export interface FidInfinity {
  /** The score that infinitely many generated images are expected to have; noise can take it below zero. */
  readonly value: number;
  /** c in value + c/n. */
  readonly slope: number;
  /** The scores it comes from. */
  readonly points: readonly FidPoint[];
}

/**
 * FID∞: scores of random subsets of the generated vectors, of growing size n, extrapolated to 1/n = 0 by a straight line. Takes
 * most of the bias of n away; that of the reference, which is left whole, stays.
 *
 * @param generated features of the generated images; read, not kept
 * @param reference statistics of the real images
 * @param options key of the subsets, sizes, abort signal and progress
 * @returns the score at 1/n = 0 and the points of the line
 * @throws StatisticsError as `frechetDistance` does; RangeError for sizes that give no line
 * @see Chong, Forsyth: Effectively unbiased FID and Inception Score and where to find them, arXiv:1911.07023
 * @example
 * ```ts
 * const meta = { extractor: 'pixels', layer: 'input' };
 * const rows = normalArray(key(0), 4000);
 * const reference = new FeatureStatistics(4, meta).add(normalArray(key(1), 400000));
 * (await fidInfinity({ rows, meta }, reference, { key: key(2) })).value; // about 0, where the FID of all 1000 is about 0.01
 * ```
 */
export async function fidInfinity(
  { rows, meta }: FeatureRows,
  reference: FeatureStatistics,
  { key, sizes = 15, smallest, signal, onProgress }: FidInfinityOptions,
): Promise<FidInfinity> {
  const { dim } = reference;
  const total = rows.length / dim;
  const counts = sizesUpTo(total, { sizes, smallest });
  const points: FidPoint[] = [];
  for (const [i, subsetKey] of split(key, counts.length).entries()) {
    const n = counts[i];
    const subset = new FeatureStatistics(dim, meta);
    for (const row of permutation(subsetKey, total).subarray(0, n))
      subset.add(rows.subarray(row * dim, (row + 1) * dim));
    const tell = onProgress && ((fraction: number) => onProgress((i + fraction) / counts.length));
    points.push({ n, value: await frechetDistance(subset, reference, { signal, onProgress: tell }) });
  }
  const { intercept, slope } = extrapolateFid(points);
  return { value: intercept, slope, points };
}

function sizesUpTo(total: number, { sizes, smallest }: { sizes: number; smallest?: number }): number[] {
  const least = smallest ?? Math.min(5000, Math.max(2, Math.floor(total / 10)));
  if (!Number.isSafeInteger(total))
    throw new RangeError(`fidInfinity: ${total} vectors; rows must hold whole vectors of the reference's dimension.`);
  if (!Number.isSafeInteger(sizes) || sizes < 2)
    throw new RangeError(`fidInfinity: sizes is ${sizes}; it must be an integer ≥ 2.`);
  if (!Number.isSafeInteger(least) || least < 2 || least >= total)
    throw new RangeError(
      `fidInfinity: smallest is ${least}; it must be an integer in 2…${total - 1}, below the number of vectors.`,
    );
  return Array.from({ length: sizes }, (_, i) => Math.round(least + ((total - least) * i) / (sizes - 1)));
}
