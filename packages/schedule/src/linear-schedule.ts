import { type BetaRangeOptions, scheduleOfRange } from './beta-range.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/** Options of {@link linearSchedule}. */
export type LinearScheduleOptions = BetaRangeOptions;

/**
 * β_t rising linearly from `betaStart` to `betaEnd`, the schedule of DDPM (one step alone gets `betaEnd`).
 *
 * Unscaled it reaches noise only with about 1000 steps (ᾱ_T is 0.36 at T = 100); for short chains pass `scale: 1000 / steps`
 * or use {@link vpSchedule}.
 *
 * @param steps T, a whole number ≥ 1
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
  return scheduleOfRange('linear', steps, options, (r, start, end) => (1 - r) * start + r * end);
}
