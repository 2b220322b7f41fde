import type { RecordLine } from '../records/record-line.ts';

/** Seconds that the recorded steps took: each line is the mean of the steps since the one before. */
export function recordedSeconds(lines: readonly RecordLine[]): number {
  let [seconds, last] = [0, 0];
  for (const line of lines) {
    if (line.type !== 'step') continue;
    seconds += line.seconds * (line.step - last);
    last = line.step;
  }
  return seconds;
}
