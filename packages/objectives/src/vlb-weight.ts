import type { NoiseSchedule } from '@diffgan/schedule';
import type { LossWeight } from './loss-weight.ts';

/** Options of {@link vlbWeight}. */
export interface VlbWeightOptions {
  /**
   * Variance of the reverse step: σ_t² = β_t or β̃_t.
   * @defaultValue `'fixedLarge'`
   */
  variance?: 'fixedLarge' | 'fixedSmall';
}

/**
 * The weight w_t = β_t² / (2 σ_t² α_t (1 − ᾱ_t)) that the variational bound gives to ‖ε − ε̂‖², summed over pixels: what L_simple
 * drops. For σ_t² = β̃_t it is ½(SNR_{t−1}/SNR_t − 1). At t = 1, where the bound has the decoder instead, β̃_1 = 0 is replaced by
 * β̃_2.
 *
 * @returns a weight for {@link simpleLoss} of a network that predicts ε
 * @throws RangeError if `variance` is unknown
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eq. 12.
 *
 * @example
 * ```ts
 * import { vlbWeight } from '@diffgan/objectives';
 * import { linearSchedule } from '@diffgan/schedule';
 *
 * vlbWeight()(linearSchedule(), 2); // 0.2726…
 * ```
 */
export function vlbWeight(options: VlbWeightOptions = {}): LossWeight {
  const { variance = 'fixedLarge' } = options;
  if (variance !== 'fixedLarge' && variance !== 'fixedSmall')
    throw new RangeError(`vlbWeight: variance is '${String(variance)}'; use one of fixedLarge, fixedSmall`);
  return ({ beta, alpha, oneMinusAlphaBar, logBetaTildeClipped }: NoiseSchedule, t) => {
    const i = t - 1;
    const sigma2 = variance === 'fixedLarge' ? beta[i] : Math.exp(logBetaTildeClipped[i]);
    return beta[i] ** 2 / (2 * sigma2 * alpha[i] * oneMinusAlphaBar[i]);
  };
}
