import { type BetaRangeOptions, scheduleOfRange } from './beta-range.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/** Options of {@link sigmoidSchedule}. */
export type SigmoidScheduleOptions = BetaRangeOptions;

/**
 * β_t following the logistic function between −6 and 6: β_t = σ(u_t) (betaEnd − betaStart) + betaStart with u_t equally spaced,
 * so that β stays near both ends for long (one step alone gets the last value).
 *
 * @param steps T, a whole number ≥ 1
 * @returns a frozen schedule named `'sigmoid'`
 * @throws RangeError if `steps` is not a whole number ≥ 1, if 0 < betaStart ≤ betaEnd < 1 does not hold, or if `scale` is not
 * positive or makes a variance exceed 1
 *
 * Source: Xu et al. 2022, GeoDiff (arXiv:2203.02923), in the form of the `'sigmoid'` schedule of the diffusers library.
 *
 * @example
 * ```ts
 * import { sigmoidSchedule } from '@diffgan/schedule';
 *
 * sigmoidSchedule().beta[0]; // 0.000149…
 * ```
 */
export function sigmoidSchedule(steps = 1000, options: SigmoidScheduleOptions = {}): NoiseSchedule {
  const curve = (r: number, start: number, end: number) => (end - start) / (1 + Math.exp(6 - 12 * r)) + start;
  return scheduleOfRange('sigmoid', steps, options, curve);
}
