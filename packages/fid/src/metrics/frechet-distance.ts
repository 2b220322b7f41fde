import { inSlices, type ProgressOptions } from '../in-slices.ts';
import { factorProduct } from '../linear-algebra/factor-product.ts';
import { LinearAlgebra } from '../linear-algebra/linear-algebra.ts';
import { pivotedCholesky } from '../linear-algebra/pivoted-cholesky.ts';
import { singularValues } from '../linear-algebra/singular-values.ts';
import { partOf } from '../part-of.ts';
import { assertSameKind, type FeatureStatistics } from '../statistics/feature-statistics.ts';

/**
 * The (squared) Fréchet distance of the Gaussians with these means and covariances:
 * ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2 tr (Σ₁Σ₂)^½, in float64.
 *
 * With factors Σ = RᵀR the last trace is the nuclear norm (the sum of the singular values) of R₁R₂ᵀ. No matrix square root
 * is formed, no complex number arises, and singular covariances (fewer samples than features, constant features) need no
 * added ε: their factors have as many rows as they have rank, so the cost falls with it.
 *
 * @param a statistics of one sample
 * @param b statistics of the other, from the same extractor and layer
 * @param options abort signal and progress; other tasks of the event loop get their turn meanwhile
 * @returns the distance, ≥ 0, symmetric in its arguments up to rounding
 * @throws StatisticsError for fewer than two vectors on either side, or different dimensions, extractors, layers, ranges or
 * resizes
 * @see Heusel et al.: GANs trained by a two time-scale update rule, arXiv:1706.08500
 * @see Dowson, Landau: The Fréchet distance between multivariate normal distributions, 1982
 * @example
 * ```ts
 * const meta = { extractor: 'pixels', layer: 'input' };
 * const a = new FeatureStatistics(1, meta).add(Float64Array.of(0, 2)); // mean 1, variance 2
 * const b = new FeatureStatistics(1, meta).add(Float64Array.of(3, 7)); // mean 5, variance 8
 * await frechetDistance(a, b); // 18 = (5 − 1)² + 2 + 8 − 2 √16
 * ```
 */
export async function frechetDistance(
  a: FeatureStatistics,
  b: FeatureStatistics,
  options: ProgressOptions = {},
): Promise<number> {
  return (await compareGaussians(a, b, options)).distance;
}

/** The distance, and the spectrum of what is most of the work. */
export interface GaussianComparison {
  readonly distance: number;
  /** Eigenvalues of (Σ₁Σ₂)^½ without zeros of rank-deficient covariances, descending. */
  readonly spectrum: Float64Array;
  readonly traces: readonly [number, number];
}

/** Compares as {@link frechetDistance} does. */
export async function compareGaussians(
  a: FeatureStatistics,
  b: FeatureStatistics,
  options: ProgressOptions,
): Promise<GaussianComparison> {
  assertSameKind(a, b, 'frechetDistance');
  const { dim } = a;
  const [covarianceA, covarianceB] = [a.covariance(), b.covariance()];
  const traces = [trace(covarianceA, dim), trace(covarianceB, dim)] as const;
  const spectrum = await inSlices(spectrumOfRoot(covarianceA, covarianceB, dim), options);
  const [meanA, meanB] = [a.mean, b.mean];
  const apart = sum(meanA.map((value, i) => (value - meanB[i]) ** 2));
  // equal Gaussians may come out at −1e-13
  return { distance: Math.max(apart + traces[0] + traces[1] - 2 * sum(spectrum), 0), spectrum, traces };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

function trace(square: Float64Array, dim: number): number {
  let total = 0;
  for (let i = 0; i < dim; i++) total += square[i * (dim + 1)];
  return total;
}

/** Eigenvalues of (AB)^½. */
function* spectrumOfRoot(a: Float64Array, b: Float64Array, dim: number): Generator<number, Float64Array> {
  const algebra = new LinearAlgebra();
  const one = yield* partOf(pivotedCholesky(algebra, a, dim), 0, 0.07);
  const other = yield* partOf(pivotedCholesky(algebra, b, dim), 0.07, 0.14);
  const [few, many] = one.factor.rows < other.factor.rows ? [one, other] : [other, one];
  const product = yield* partOf(factorProduct(algebra, few, many), 0.14, 0.34);
  return yield* partOf(singularValues(algebra, product), 0.34, 0.95);
}
