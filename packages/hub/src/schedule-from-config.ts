import { makeSchedule, type NoiseSchedule, scheduleFromBetas } from '@diffgan/schedule';
import type { ScheduleConfig } from './schedule-config.ts';

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
