import { checkSteps } from './check-steps.ts';
import type { NoiseSchedule } from './noise-schedule.ts';
import { scheduleFromBetas } from './schedule-from-betas.ts';

/** Options of {@link linearSchedule}. */
export interface LinearScheduleOptions {
  /**
   * β_1, in (0, betaEnd].
   * @defaultValue `1e-4`
   */
  betaStart?: number;
  /**
   * β_T, in [betaStart, 1).
   * @defaultValue `0.02`
   */
  betaEnd?: number;
  /**
   * Factor on every β; `1000 / steps` makes a short chain reach noise like the 1000-step one. Scaled variances are capped at
   * 0.999, and `betaEnd * scale` may be 1 at most: with the default variances that means 20 steps or more.
   * @defaultValue `1`
   */
  scale?: number;
}

/** Largest β after scaling: at 1 the chain would forget x_0 completely. */
const MAX_SCALED_BETA = 0.999;

/**
 * β_t rising linearly from `betaStart` to `betaEnd`, the schedule of DDPM (one step alone gets `betaEnd`).
 *
 * Unscaled it reaches noise only with about 1000 steps (ᾱ_T is 0.36 at T = 100); for short chains pass `scale: 1000 / steps`
 * or use {@link vpSchedule}.
 *
 * @param steps - T, a whole number ≥ 1
 * @returns a frozen schedule named `'linear'`
 * @throws RangeError if `steps` is not a whole number ≥ 1, if 0 < betaStart ≤ betaEnd < 1 does not hold, or if `scale` is not
 * positive or makes a variance exceed 1
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), section 4.
 *
 * @example
 * ```ts
 * import { linearSchedule } from '@diffgan/schedule';
 *
 * linearSchedule().alphaBar[999]; // 0.0000403…
 * linearSchedule(100, { scale: 10 }).alphaBar[99]; // 0.0000203…
 * ```
 */
export function linearSchedule(steps = 1000, options: LinearScheduleOptions = {}): NoiseSchedule {
  const { betaStart = 1e-4, betaEnd = 0.02, scale = 1 } = options;
  checkSteps('linearSchedule', steps);
  if (!(betaStart > 0 && betaStart <= betaEnd && betaEnd < 1))
    throw new RangeError(
      `linearSchedule: betaStart is ${betaStart} and betaEnd is ${betaEnd}; 0 < betaStart ≤ betaEnd < 1 must hold`,
    );
  if (!(scale > 0 && betaEnd * scale <= 1))
    throw new RangeError(
      `linearSchedule: scale is ${scale}; it must be positive and betaEnd·scale (${betaEnd * scale}) at most 1. ` +
        'For so few steps use vpSchedule',
    );
  const betas = Float64Array.from({ length: steps }, (_, i) => {
    const fraction = steps === 1 ? 1 : i / (steps - 1);
    return (1 - fraction) * betaStart + fraction * betaEnd;
  });
  const scaled = scale === 1 ? betas : betas.map((b) => Math.min(b * scale, MAX_SCALED_BETA));
  return scheduleFromBetas(scaled, { name: 'linear' });
}
