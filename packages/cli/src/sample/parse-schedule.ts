import { makeSchedule, type NoiseSchedule, type ScheduleName } from '@diffgan/schedule';
import { UsageError } from '../terminal/usage-error.ts';

const most = 100_000;

/** The schedule of a text such as `linear:1000`: name and number of steps. */
export function parseSchedule(text: string): NoiseSchedule {
  const [, name, count] = /^([a-z]+):(\d+)$/.exec(text) ?? [];
  const steps = Number(count);
  if (name === undefined || steps > most)
    throw new UsageError(`--schedule is ${text}; write name and number of steps, such as linear:1000 or vp:4`);
  try {
    return makeSchedule(name as ScheduleName, steps);
  } catch (cause) {
    throw new UsageError(`--schedule ${text}: ${(cause as Error).message}`, { cause });
  }
}
