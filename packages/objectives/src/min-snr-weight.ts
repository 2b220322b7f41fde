import type { NoiseSchedule } from '@diffgan/schedule';
import type { LossWeight } from './loss-weight.ts';
import { checkPrediction, type Prediction } from './prediction.ts';

/** Options of {@link minSnrWeight}. */
export interface MinSnrWeightOptions {
  /**
   * Largest weight of the error of x_0, > 0.
   * @defaultValue `5`
   */
  gamma?: number;
  /**
   * What the network predicts.
   * @defaultValue `'eps'`
   */
  predicts?: Prediction;
}

/**
 * The weight min(SNR_t, γ) of the squared error of x_0, expressed for what the network predicts: divided by SNR_t for ε, by
 * SNR_t + 1 for v and by c1_t² for the mean. It keeps the nearly clean steps from dominating.
 *
 * @returns a weight for {@link simpleLoss}; finite at SNR 0, too
 * @throws RangeError if `gamma` is not positive or `predicts` is unknown
 *
 * Source: Hang et al. 2023 (arXiv:2303.09556), section 3.4.
 *
 * @example
 * ```ts
 * import { minSnrWeight } from '@diffgan/objectives';
 * import { linearSchedule } from '@diffgan/schedule';
 *
 * minSnrWeight()(linearSchedule(), 1); // 0.0005…, 5/9999
 * ```
 */
export function minSnrWeight(options: MinSnrWeightOptions = {}): LossWeight {
  const { gamma = 5, predicts = 'eps' } = options;
  if (!(gamma > 0)) throw new RangeError(`minSnrWeight: gamma is ${gamma}; it must be positive`);
  checkPrediction('minSnrWeight', predicts);
  return ({ snr, posteriorX0 }: NoiseSchedule, t) => {
    const ratio = snr[t - 1];
    const weight = Math.min(ratio, gamma);
    if (predicts === 'eps') return ratio <= gamma ? 1 : gamma / ratio; // 0/0 where there is no signal
    if (predicts === 'v') return weight / (ratio + 1);
    return predicts === 'x0' ? weight : weight / posteriorX0[t - 1] ** 2;
  };
}
