import type { GaussianComparison } from './frechet-distance.ts';

/**
 * By how much a distance of two samples is expected to be too high, to first order in 1/n and 1/m, for normal distributions
 * with nearly equal covariances of eigenvalues λ:
 *
 * tr Σ₁/n + tr Σ₂/m + (1/n + 1/m) (¼ Σ λᵢ + ½ ΣΣ λᵢλⱼ/(λᵢ + λⱼ))
 *
 * The means contribute the traces; the rest is the second-order term of the Bures distance under the covariance of a Wishart
 * matrix. For unit covariances and n = m it is (2d + d(d + 1)/2)/n.
 *
 * @param comparison traces, and the eigenvalues λ of (Σ₁Σ₂)^½
 */
export function fidBias({ traces, spectrum }: GaussianComparison, n: number, m: number): number {
  let pairs = 0;
  let total = 0;
  for (let i = 0; i < spectrum.length; i++) {
    if (spectrum[i] === 0) continue;
    total += spectrum[i];
    pairs += spectrum[i] / 4; // half of i = j, and twice half of i < j
    for (let j = 0; j < i; j++) pairs += (spectrum[i] * spectrum[j]) / (spectrum[i] + spectrum[j]);
  }
  return traces[0] / n + traces[1] / m + (1 / n + 1 / m) * (total / 4 + pairs);
}
