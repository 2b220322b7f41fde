import { checkSteps } from './check-steps.ts';
import type { NoiseSchedule } from './noise-schedule.ts';
import { scheduleFromBetas } from './schedule-from-betas.ts';

/** Options of {@link vpSchedule}. */
export interface VpScheduleOptions {
  /**
   * Noise rate at the start, ≥ 0.
   * @defaultValue `0.1`
   */
  betaMin?: number;
  /**
   * Noise rate at the end, ≥ betaMin.
   * @defaultValue `20`
   */
  betaMax?: number;
  /**
   * Time of the first grid point, in [0, 1); the released denoising diffusion GANs use 1e-3.
   * @defaultValue `1e-3`
   */
  epsilon?: number;
}

/**
 * The variance-preserving diffusion with rate β(r) = betaMin + r (betaMax − betaMin), cut into `steps` equal pieces of
 * [epsilon, 1]. It ends in noise for every number of steps (ᾱ_T = 4.3e-5), so it is the schedule of short chains and of
 * denoising diffusion GANs.
 *
 * @param steps T, a whole number ≥ 1
 * @returns a frozen schedule named `'vp'`
 * @throws RangeError if `steps` is not a whole number ≥ 1, 0 ≤ betaMin ≤ betaMax does not hold, `epsilon` is outside [0, 1), or
 * the rates are such that a β_t rounds to 0 or 1
 *
 * Source: Xiao, Kreis, Vahdat 2022 (arXiv:2112.07804), appendix; Song et al. 2021 (arXiv:2011.13456), eq. 33.
 *
 * @example
 * ```ts
 * import { vpSchedule } from '@diffgan/schedule';
 *
 * vpSchedule(4).beta; // Float64Array [0.4782…, 0.8492…, 0.9564…, 0.9874…]
 * ```
 */
export function vpSchedule(steps: number, options: VpScheduleOptions = {}): NoiseSchedule {
  const { betaMin = 0.1, betaMax = 20, epsilon = 1e-3 } = options;
  checkSteps('vpSchedule', steps);
  if (!(betaMin >= 0 && betaMax >= betaMin))
    throw new RangeError(
      `vpSchedule: betaMin is ${betaMin} and betaMax is ${betaMax}; 0 ≤ betaMin ≤ betaMax must hold`,
    );
  if (!(epsilon >= 0 && epsilon < 1))
    throw new RangeError(`vpSchedule: epsilon is ${epsilon}; the first time must lie in [0, 1)`);
  const step = (1 - epsilon) / steps;
  // log ᾱ(r_t) − log ᾱ(r_{t−1}) is −step·β(midpoint) exactly, without subtracting the two logarithms.
  const betas = Float64Array.from({ length: steps }, (_, i) => {
    const midpoint = epsilon + step * (i + 0.5);
    return -Math.expm1(-step * (betaMin + (betaMax - betaMin) * midpoint));
  });
  return scheduleFromBetas(betas, { name: 'vp' });
}
