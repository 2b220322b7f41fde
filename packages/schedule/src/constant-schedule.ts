import { type ScaleOptions, scheduleOfRange } from './beta-range.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/** Options of {@link constantSchedule}. */
export interface ConstantScheduleOptions extends ScaleOptions {
  /**
   * β of every step, in (0, 1).
   * @defaultValue `0.02`
   */
  beta?: number;
}

/**
 * The same β_t at every step, so that ᾱ_t = (1 − β)^t.
 *
 * @param steps T, a whole number ≥ 1
 * @returns a frozen schedule named `'constant'`
 * @throws RangeError if `steps` is not a whole number ≥ 1, `beta` is outside (0, 1), or `scale` is not positive or makes the
 * variance exceed 1
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), appendix B.
 *
 * @example
 * ```ts
 * import { constantSchedule } from '@diffgan/schedule';
 *
 * constantSchedule(2, { beta: 0.5 }).alphaBar; // Float64Array [0.5, 0.25]
 * ```
 */
export function constantSchedule(steps = 1000, options: ConstantScheduleOptions = {}): NoiseSchedule {
  const { beta = 0.02, scale } = options;
  if (!(beta > 0 && beta < 1)) throw new RangeError(`constantSchedule: beta is ${beta}; it must lie in (0, 1)`);
  return scheduleOfRange('constant', steps, { betaStart: beta, betaEnd: beta, scale }, () => beta);
}
