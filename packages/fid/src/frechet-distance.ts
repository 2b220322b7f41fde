import { factorProduct } from './factor-product.ts';
import { assertSameKind, type FeatureStatistics } from './feature-statistics.ts';
import { inSlices, type ProgressOptions } from './in-slices.ts';
import { LinearAlgebra } from './linear-algebra.ts';
import { pivotedCholesky } from './pivoted-cholesky.ts';
import { singularValues } from './singular-values.ts';

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
 * const meta = { extractor: 'pixels', layer: 'input' };
 * const a = new FeatureStatistics(1, meta).add(Float64Array.of(0, 2)); // mean 1, variance 2
 * const b = new FeatureStatistics(1, meta).add(Float64Array.of(3, 7)); // mean 5, variance 8
 * await frechetDistance(a, b); // 18 = (5 − 1)² + 2 + 8 − 2 √16
 */
export async function frechetDistance(
  a: FeatureStatistics,
  b: FeatureStatistics,
  options: ProgressOptions = {},
): Promise<number> {
  assertSameKind(a, b, 'frechetDistance');
  const { dim } = a;
  const [meanA, meanB] = [a.mean, b.mean];
  const [covarianceA, covarianceB] = [a.covariance(), b.covariance()];
  let distance = 0;
  for (let i = 0; i < dim; i++)
    distance += (meanA[i] - meanB[i]) ** 2 + covarianceA[i * (dim + 1)] + covarianceB[i * (dim + 1)];
  distance -= 2 * (await inSlices(traceOfRoot(covarianceA, covarianceB, dim), options));
  return Math.max(distance, 0); // equal Gaussians may come out at −1e-13
}

/** tr (AB)^½. */
function* traceOfRoot(a: Float64Array, b: Float64Array, dim: number): Generator<number, number> {
  const algebra = new LinearAlgebra();
  const one = yield* share(pivotedCholesky(algebra, a, dim), 0, 0.07);
  const other = yield* share(pivotedCholesky(algebra, b, dim), 0.07, 0.14);
  const [tall, flat] = one.factor.rows < other.factor.rows ? [other, one] : [one, other];
  const product = yield* share(factorProduct(algebra, tall, flat), 0.14, 0.34);
  const values = yield* share(singularValues(algebra, product), 0.34, 0.95);
  return values.reduce((sum, value) => sum + value, 0);
}

/** Yields fractions of a part as fractions of the whole, in which it takes `begin` to `end`. */
function* share<T>(part: Generator<number, T>, begin: number, end: number): Generator<number, T> {
  for (let step = part.next(); ; step = part.next()) {
    if (step.done) return step.value;
    yield begin + (end - begin) * step.value;
  }
}
