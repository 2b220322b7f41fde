import { type ScheduleConfig, scheduleFromConfig } from '@diffgan/hub';
import type { ScheduleName } from '@diffgan/schedule';
import { UsageError } from '../terminal/usage-error.ts';

const MAX_STEPS = 100_000;

/** The schedule of a text such as `linear:1000`: name and number of steps. */
export function parseSchedule(text: string): ScheduleConfig {
  const [, name, count] = /^([a-z]+):(\d+)$/.exec(text) ?? [];
  const steps = Number(count);
  if (name === undefined || steps > MAX_STEPS)
    throw new UsageError(`--schedule is ${text}; write name and number of steps, such as linear:1000 or vp:4`);
  const config: ScheduleConfig = { name: name as ScheduleName, steps };
  try {
    scheduleFromConfig(config); // says what is wrong with it
  } catch (cause) {
    throw new UsageError(`--schedule ${text}: ${(cause as Error).message}`, { cause });
  }
  return config;
}
