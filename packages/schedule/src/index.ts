/**
 * Noise schedules as plain float64 data.
 *
 * @module @diffgan/schedule
 */
export { linearSchedule, type LinearScheduleOptions } from './linear-schedule.ts';
export { makeSchedule, type ScheduleName, type ScheduleOptions } from './make-schedule.ts';
export type { NoiseSchedule } from './noise-schedule.ts';
export { scheduleFromBetas, type ScheduleFromBetasOptions } from './schedule-from-betas.ts';
export { vpSchedule, type VpScheduleOptions } from './vp-schedule.ts';
