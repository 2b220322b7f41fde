/** Options of {@link linearGamma}. */
export interface LinearGammaOptions {
  /**
   * γ(0) = −log SNR of the data end.
   * @defaultValue `-13.3`
   */
  gamma0?: number;
  /**
   * γ(1) = −log SNR of the noise end, above `gamma0`.
   * @defaultValue `5`
   */
  gamma1?: number;
}

/**
 * The continuous-time noise schedule γ(t) = γ_0 + (γ_1 − γ_0) t, where γ is minus the logarithm of the signal-to-noise ratio.
 *
 * @returns γ as a function of t in [0, 1], exact at both ends; it throws a RangeError for other t
 * @throws RangeError unless gamma0 < gamma1, both finite
 *
 * Source: Kingma et al. 2021 (arXiv:2107.00630), appendix.
 *
 * @example
 * ```ts
 * import { linearGamma } from '@diffgan/schedule';
 *
 * const gamma = linearGamma();
 * gamma(0.5); // about -4.15
 * ```
 */
export function linearGamma(options: LinearGammaOptions = {}): (t: number) => number {
  const { gamma0 = -13.3, gamma1 = 5 } = options;
  if (!(gamma0 < gamma1 && Number.isFinite(gamma1 - gamma0)))
    throw new RangeError(`linearGamma: gamma0 is ${gamma0} and gamma1 is ${gamma1}; gamma0 < gamma1 must hold`);
  return (t) => {
    if (!(t >= 0 && t <= 1)) throw new RangeError(`linearGamma: t is ${t}; continuous time runs from 0 to 1`);
    return (1 - t) * gamma0 + t * gamma1;
  };
}
