import type { RecordLine } from './record-line.ts';

/** How fast a run trained. */
export interface TrainingPace {
  steps: number;
  examples: number;
  /** Seconds in steps, all parts of the run together. */
  seconds: number;
  examplesPerSecond: number;
  /** Median seconds of a step. */
  secondsPerStep: number;
}

/**
 * The pace of a run, from the steps among its lines.
 *
 * @example
 * ```ts
 * const { seconds } = trainingPace(await readRecords('runs/mine'));
 * ```
 */
export function trainingPace(lines: readonly RecordLine[]): TrainingPace {
  const steps = lines.filter((line) => line.type === 'step');
  let [seconds, before] = [0, 0];
  for (const line of steps) {
    seconds += (line.step - before) * line.seconds;
    before = line.step;
  }
  const sorted = steps.map((line) => line.seconds).sort((a, b) => a - b);
  const examples = steps.at(-1)?.examples ?? 0;
  return {
    steps: before,
    examples,
    seconds,
    examplesPerSecond: seconds > 0 ? examples / seconds : 0,
    secondsPerStep: sorted[Math.floor(sorted.length / 2)] ?? 0,
  };
}
