import type { NoiseSchedule } from './noise-schedule.ts';
import { refuseEdm } from './refuse-edm.ts';

/**
 * The same schedule whose network is told positions on a scale of its own, (t − 1) · `scale` / T instead of t − 1: OpenAI's
 * `rescale_timesteps`, with which their networks of 4000 steps see 0, 0.25, …, 999.75.
 *
 * Rescale first and {@link respace} afterwards.
 *
 * @param schedule with positions 0…T − 1; all steps are kept
 * @param scale where position T would lie
 * @returns a frozen schedule
 * @throws RangeError if `scale` is not positive, or the schedule was thinned out before, or is an `edm` one
 *
 * Source: Nichol, Dhariwal 2021 (arXiv:2102.09672), released configurations.
 *
 * @example
 * ```ts
 * import { cosineSchedule, rescalePositions } from '@diffgan/schedule';
 *
 * rescalePositions(cosineSchedule(4000), 1000).positions; // Float64Array [0, 0.25, …, 999.75]
 * ```
 */
export function rescalePositions(schedule: NoiseSchedule, scale: number): NoiseSchedule {
  if (!(scale > 0 && scale < Infinity))
    throw new RangeError(`rescalePositions: scale is ${scale}; give the position of step T, such as 1000`);
  refuseEdm('rescalePositions', schedule.name);
  if (schedule.thinned)
    throw new RangeError(
      'rescalePositions: the schedule was respaced; rescale its positions first and respace it then',
    );
  const positions = Float64Array.from(schedule.positions, (p) => (p * scale) / schedule.steps);
  return Object.freeze({ ...schedule, positions });
}
