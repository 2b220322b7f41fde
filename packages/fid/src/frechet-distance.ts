import { assertSameKind, type FeatureStatistics } from './feature-statistics.ts';
import { pivotedCholesky, type Matrix } from './pivoted-cholesky.ts';
import { singularValues } from './singular-values.ts';

/**
 * The (squared) Fréchet distance of the Gaussians with these means and covariances:
 * ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2 tr (Σ₁Σ₂)^½, in float64.
 *
 * With factors Σ = L Lᵀ the last trace is the sum of the singular values of L₁ᵀL₂. No matrix square root is formed, no
 * complex number arises, and singular covariances (fewer samples than features, constant features) need no added ε.
 *
 * @param a statistics of one sample
 * @param b statistics of the other, from the same extractor and layer
 * @returns the distance, ≥ 0, symmetric in its arguments up to rounding
 * @throws StatisticsError for fewer than two vectors on either side, or different dimensions, extractors, layers or ranges
 * @see Heusel et al.: GANs trained by a two time-scale update rule, arXiv:1706.08500
 * @see Dowson, Landau: The Fréchet distance between multivariate normal distributions, 1982
 * @example
 * const meta = { extractor: 'pixels', layer: 'input' };
 * const a = new FeatureStatistics(1, meta).add(Float64Array.of(0, 2)); // mean 1, variance 2
 * const b = new FeatureStatistics(1, meta).add(Float64Array.of(3, 7)); // mean 5, variance 8
 * frechetDistance(a, b); // 18 = (5 − 1)² + 2 + 8 − 2 √16
 */
export function frechetDistance(a: FeatureStatistics, b: FeatureStatistics): number {
  assertSameKind(a, b, 'frechetDistance');
  const { dim } = a;
  const [meanA, meanB] = [a.mean, b.mean];
  const [covarianceA, covarianceB] = [a.covariance(), b.covariance()];
  let distance = 0;
  for (let i = 0; i < dim; i++)
    distance += (meanA[i] - meanB[i]) ** 2 + covarianceA[i * dim + i] + covarianceB[i * dim + i];
  const product = transposedProduct(pivotedCholesky(covarianceA, dim), pivotedCholesky(covarianceB, dim));
  for (const value of singularValues(product)) distance -= 2 * value;
  return Math.max(distance, 0); // equal Gaussians may come out at −1e-13
}

/** AᵀB. */
function transposedProduct(a: Matrix, b: Matrix): Matrix {
  const data = new Float64Array(a.columns * b.columns);
  for (let k = 0; k < a.rows; k++) {
    const row = b.data.subarray(k * b.columns, (k + 1) * b.columns);
    for (let i = 0; i < a.columns; i++) {
      const factor = a.data[k * a.columns + i];
      const target = data.subarray(i * b.columns, (i + 1) * b.columns);
      for (let j = 0; j < row.length; j++) target[j] += factor * row[j];
    }
  }
  return { rows: a.columns, columns: b.columns, data };
}
