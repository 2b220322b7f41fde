/** Coefficients of one reverse step z_s = scale · (z_t − epsWeight · ε̂) + sigma · ξ with ξ ~ N(0, I). */
export interface VdmStep {
  /** c = 1 − e^(γ_s − γ_t), the share of the noise that the step removes; in (0, 1). */
  c: number;
  /** α_s / α_t. */
  scale: number;
  /** σ_t c. */
  epsWeight: number;
  /** σ_s √c, the standard deviation of q(z_s | z_t, x). */
  sigma: number;
}

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * The coefficients of one reverse step of a variational diffusion model, from the noise level γ_t to the lower γ_s.
 *
 * Variance preserving: α² = σ(−γ), σ² = σ(γ) with the logistic function σ(·) and γ = −log SNR. The step is the posterior
 * q(z_s | z_t, x) at x = (z_t − σ_t ε̂)/α_t.
 *
 * @param gammaT γ_t, finite
 * @param gammaS γ_s < γ_t
 * @throws RangeError unless γ_s < γ_t are finite
 *
 * Source: Kingma, Salimans, Poole, Ho 2021 (arXiv:2107.00630), appendix A.
 *
 * @example
 * ```ts
 * import { vdmStep } from '@diffgan/objectives';
 *
 * const { c, scale, epsWeight, sigma } = vdmStep(1.5, -3); // c = 0.9888…, sigma² = 0.0468…
 * ```
 */
export function vdmStep(gammaT: number, gammaS: number): VdmStep {
  if (!(Number.isFinite(gammaT) && Number.isFinite(gammaS) && gammaS < gammaT))
    throw new RangeError(`vdmStep: a step from γ = ${gammaT} to ${gammaS}; both must be finite and the second smaller`);
  const c = -Math.expm1(gammaS - gammaT);
  return {
    c,
    scale: Math.exp((softplus(gammaT) - softplus(gammaS)) / 2), // log α² = −softplus(γ)
    epsWeight: Math.sqrt(logistic(gammaT)) * c,
    sigma: Math.sqrt(logistic(gammaS) * c),
  };
}
