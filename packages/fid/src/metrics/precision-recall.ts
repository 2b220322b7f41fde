import { assertFeatures, assertInteger, type Features } from '../features/features.ts';
import { inSlices, type ProgressOptions } from '../in-slices.ts';
import { manifolds } from '../pairwise/manifolds.ts';

/** Options of {@link precisionRecall}. */
export interface PrecisionRecallOptions extends ProgressOptions {
  /** The radius of a point is the distance to its k-th nearest neighbour. @defaultValue 3 */
  k?: number;
}

/** Result of {@link precisionRecall}; both are shares, 0…1. */
export interface PrecisionRecall {
  /** Share of the generated points that lie among the real ones: are single images good? */
  precision: number;
  /** Share of the real points that lie among the generated ones: is everything there? */
  recall: number;
}

/**
 * Improved precision and recall. Around every point of a set lies a ball that reaches to its k-th nearest neighbour in that set;
 * precision is the share of generated points inside (or on) some real ball, recall the reverse.
 *
 * Both depend on the sizes of the sets, so compare values of equal n only. Distances are float64; memory is that of a tile.
 *
 * @param generated vectors of generated images
 * @param real vectors of real images from the same extractor
 * @param options k, abort signal and progress
 * @returns the two shares
 * @throws StatisticsError for fewer than k + 1 vectors or different dimensions; RangeError for NaN and for k below 1
 * @see Kynkäänniemi et al.: Improved precision and recall metric for assessing generative models, arXiv:1904.06991
 * @example
 * ```ts
 * const points = (values: number[]) => ({ data: Float64Array.from(values), dim: 1 });
 * await precisionRecall(points([0, 0.1, 9]), points([0, 1, 2, 3]), { k: 1 }); // { precision: 2 / 3, recall: 1 }
 * ```
 */
export async function precisionRecall(
  generated: Features,
  real: Features,
  { k = 3, ...progress }: PrecisionRecallOptions = {},
): Promise<PrecisionRecall> {
  assertInteger('precisionRecall', 'k', k);
  assertFeatures('precisionRecall', { generated, real }, k + 1);
  const { precision, recall } = await inSlices(manifolds(generated, real, { precisionRecall: k }), progress);
  return { precision, recall };
}
