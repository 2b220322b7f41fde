import { assertFeatures, assertInteger, countOf, type Features } from '../features/features.ts';
import { inSlices, type ProgressOptions } from '../in-slices.ts';
import { Nearest } from '../pairwise/nearest.ts';
import { meanOf, squaredDistances } from '../pairwise/squared-distances.ts';

/** Options of {@link nearestNeighbours}. */
export interface NearestNeighboursOptions extends ProgressOptions {
  /** How many neighbours. @defaultValue 5 */
  k?: number;
}

/** Result of {@link nearestNeighbours}: k values for each query, nearest first. */
export interface Neighbours {
  /** Which vectors of the data; of equally near ones the one with the lower index comes first. */
  indices: Int32Array;
  /** Euclidean distances. */
  distances: Float64Array;
  k: number;
}

/**
 * The nearest vectors of a data set: has a generator copied its training images? In pixel space pass the pixels as features
 * (`dim` = height · width · channels), in feature space what {@link extractFeatures} returns.
 *
 * @param queries vectors to look for, e.g. of generated images
 * @param data vectors to look among, e.g. of the training images
 * @param options k, abort signal and progress
 * @returns indices and distances
 * @throws StatisticsError for fewer than k vectors in `data`, no query, or different dimensions; RangeError for NaN
 * @example
 * ```ts
 * const points = (values: number[]) => ({ data: Float64Array.from(values), dim: 1 });
 * await nearestNeighbours(points([1.9]), points([0, 1, 2, 3]), { k: 2 }); // indices [2, 1], distances [0.1, 0.9]
 * ```
 */
export async function nearestNeighbours(
  queries: Features,
  data: Features,
  { k = 5, ...progress }: NearestNeighboursOptions = {},
): Promise<Neighbours> {
  assertInteger('nearestNeighbours', 'k', k);
  assertFeatures('nearestNeighbours', { queries, data }, 1);
  assertFeatures('nearestNeighbours', { data }, k);
  const nearest = new Nearest(countOf(queries), k);
  const visit = (i: number, j: number, distance: number) => nearest.offer(i, j, distance);
  await inSlices(squaredDistances({ a: queries, b: data }, visit, meanOf(data)), progress);
  return { indices: nearest.indices, distances: nearest.distances.map(Math.sqrt), k };
}
