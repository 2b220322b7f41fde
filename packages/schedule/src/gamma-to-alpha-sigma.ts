/** Options of {@link gammaToAlphaSigma}. */
export interface GammaToAlphaSigmaOptions {
  /**
   * `'vp'` keeps α² + σ² = 1, `'ve'` keeps α = 1.
   * @defaultValue `'vp'`
   */
  kind?: 'vp' | 've';
}

/** Signal and noise of z = α x + σ ε at one noise level. */
export interface AlphaSigma {
  /** α, factor of the data. */
  alpha: number;
  /** σ, standard deviation of the noise. */
  sigma: number;
  /** α². */
  alpha2: number;
  /** σ². */
  sigma2: number;
  /** α²/σ² = exp(−γ). */
  snr: number;
}

/**
 * The signal and noise levels of γ = −log SNR: α² = σ(−γ) and σ² = σ(γ), the logistic function, when variance is preserved;
 * α = 1 and σ² = exp(γ) when it explodes.
 *
 * @throws RangeError if `gamma` is NaN or `kind` is unknown
 *
 * Source: Kingma et al. 2021 (arXiv:2107.00630), section 3.2.
 *
 * @example
 * ```ts
 * import { gammaToAlphaSigma } from '@diffgan/schedule';
 *
 * gammaToAlphaSigma(0); // { alpha: 0.7071…, sigma: 0.7071…, alpha2: 0.5, sigma2: 0.5, snr: 1 }
 * ```
 */
export function gammaToAlphaSigma(gamma: number, options: GammaToAlphaSigmaOptions = {}): AlphaSigma {
  const { kind = 'vp' } = options;
  if (Number.isNaN(gamma)) throw new RangeError('gammaToAlphaSigma: gamma is NaN; give −log SNR');
  if (kind !== 'vp' && kind !== 've')
    throw new RangeError(`gammaToAlphaSigma: kind is '${String(kind)}'; use one of vp, ve`);
  const alpha2 = kind === 've' ? 1 : 1 / (1 + Math.exp(gamma));
  const sigma2 = kind === 've' ? Math.exp(gamma) : 1 / (1 + Math.exp(-gamma));
  return { alpha: Math.sqrt(alpha2), sigma: Math.sqrt(sigma2), alpha2, sigma2, snr: Math.exp(-gamma) };
}
