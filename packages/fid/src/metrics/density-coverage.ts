import { assertFeatures, assertInteger, type Features } from '../features/features.ts';
import { inSlices, type ProgressOptions } from '../in-slices.ts';
import { manifolds } from '../pairwise/manifolds.ts';

/** Options of {@link densityCoverage}. */
export interface DensityCoverageOptions extends ProgressOptions {
  /** The radius of a real point is the distance to its k-th nearest neighbour. @defaultValue 5 */
  k?: number;
}

/** Result of {@link densityCoverage}. */
export interface DensityCoverage {
  /** How many real balls a generated point is in, on average, divided by k; about 1 for equal distributions, may be larger. */
  density: number;
  /** Share of the real points with a generated one in their ball, 0…1. */
  coverage: number;
}

/**
 * Density and coverage: like precision and recall, with balls around the real points only, so that neither an outlier among the
 * real points nor one among the generated ones makes the score. A point on the surface is outside, as in the authors' program;
 * duplicates that fill a ball of radius 0 therefore count for nothing.
 *
 * @param generated vectors of generated images
 * @param real vectors of real images from the same extractor
 * @param options k, abort signal and progress
 * @returns density and coverage; compare values of equal n only
 * @throws StatisticsError for fewer than k + 1 real vectors, no generated one, or different dimensions; RangeError for NaN and
 *   for k below 1
 * @see Naeem et al.: Reliable fidelity and diversity metrics for generative models, arXiv:2002.09797
 * @example
 * ```ts
 * const points = (values: number[]) => ({ data: Float64Array.from(values), dim: 1 });
 * await densityCoverage(points([0.1, 0.2]), points([0, 1, 2, 3]), { k: 1 }); // { density: 2, coverage: 0.5 }
 * ```
 */
export async function densityCoverage(
  generated: Features,
  real: Features,
  { k = 5, ...progress }: DensityCoverageOptions = {},
): Promise<DensityCoverage> {
  assertInteger('densityCoverage', 'k', k);
  assertFeatures('densityCoverage', { generated, real }, 1);
  assertFeatures('densityCoverage', { real }, k + 1);
  const { density, coverage } = await inSlices(manifolds(generated, real, { densityCoverage: k }), progress);
  return { density, coverage };
}
