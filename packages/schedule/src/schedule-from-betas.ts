import { deriveSchedule } from './derive-schedule.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/** Options of {@link scheduleFromBetas}. */
export interface ScheduleFromBetasOptions {
  /**
   * Name stored in the schedule.
   * @defaultValue `'betas'`
   */
  name?: string;
}

/**
 * The noise schedule with the given step variances, with all derived arrays in float64.
 *
 * @param betas β_1…β_T, at least one, each in (0, 1); copied
 * @returns a frozen schedule of `betas.length` steps
 * @throws RangeError if `betas` is empty or an entry is not strictly between 0 and 1
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eqs. 4 and 7.
 *
 * @example
 * ```ts
 * import { scheduleFromBetas } from '@diffgan/schedule';
 *
 * const schedule = scheduleFromBetas([0.1, 0.5]);
 * schedule.alphaBar; // Float64Array [0.9, 0.45]
 * schedule.betaTilde; // Float64Array [0, 0.0909…]
 * ```
 */
export function scheduleFromBetas(betas: ArrayLike<number>, options: ScheduleFromBetasOptions = {}): NoiseSchedule {
  const { name = 'betas' } = options;
  return deriveSchedule(name, checkedBetas(betas));
}

function checkedBetas(betas: ArrayLike<number>): Float64Array {
  if (betas.length === 0) throw new RangeError('scheduleFromBetas: betas is empty; give at least one step variance');
  return Float64Array.from(betas, (b, i) => {
    // Written so that NaN fails too.
    if (!(b > 0 && b < 1))
      throw new RangeError(`scheduleFromBetas: beta of step ${i + 1} is ${b}; every step variance must lie in (0, 1)`);
    return b;
  });
}
