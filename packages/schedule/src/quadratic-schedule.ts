import { type BetaRangeOptions, scheduleOfRange } from './beta-range.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/** Options of {@link quadraticSchedule}. */
export type QuadraticScheduleOptions = BetaRangeOptions;

/**
 * √β_t rising linearly from √betaStart to √betaEnd (one step alone gets `betaEnd`), called "scaled linear" elsewhere: gentler
 * than the linear schedule, so that ᾱ_T is 7.3e-4 at T = 1000.
 *
 * @param steps T, a whole number ≥ 1
 * @returns a frozen schedule named `'quadratic'`
 * @throws RangeError if `steps` is not a whole number ≥ 1, if 0 < betaStart ≤ betaEnd < 1 does not hold, or if `scale` is not
 * positive or makes a variance exceed 1
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), appendix B.
 *
 * @example
 * ```ts
 * import { quadraticSchedule } from '@diffgan/schedule';
 *
 * quadraticSchedule().alphaBar[499]; // 0.3331…
 * ```
 */
export function quadraticSchedule(steps = 1000, options: QuadraticScheduleOptions = {}): NoiseSchedule {
  const curve = (r: number, start: number, end: number) => {
    // The ends are β itself, not the square of a rounded root.
    if (r === 0 || r === 1) return r === 0 ? start : end;
    return ((1 - r) * Math.sqrt(start) + r * Math.sqrt(end)) ** 2;
  };
  return scheduleOfRange('quadratic', steps, options, curve);
}
