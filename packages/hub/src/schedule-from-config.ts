import {
  makeSchedule,
  type NoiseSchedule,
  scheduleFromBetas,
  type ScheduleName,
  type ScheduleOptions,
} from '@diffgan/schedule';

/** A noise schedule by name, with its number of steps and the options of `makeSchedule`; or its betas. */
export type ScheduleConfig =
  | { [N in ScheduleName]: { name: N; steps: number } & ScheduleOptions[N] }[ScheduleName]
  | { name: 'betas'; betas: readonly number[] };

/**
 * The noise schedule that a configuration describes.
 *
 * @throws RangeError naming what is out of range.
 * @example
 * ```ts
 * import { scheduleFromConfig } from '@diffgan/hub';
 * scheduleFromConfig({ name: 'vp', steps: 4 }).steps; // 4
 * ```
 */
export function scheduleFromConfig(config: ScheduleConfig): NoiseSchedule {
  if (config.name === 'betas') return scheduleFromBetas(Float64Array.from(config.betas));
  const { name, steps, ...options } = config;
  return makeSchedule(name, steps, options);
}
