import type { TrainEvent } from '@diffgan/training';
import type { LineOf } from './record-line.ts';

type StepEvent = Extract<TrainEvent, { type: 'step' }>;
/** A step without what reads the networks, which must not be kept. */
type Step = Pick<StepEvent, 'step' | 'examples' | 'seconds' | 'losses' | 'measures'>;

/** Lines that a run may have, about. */
const MAX_LINES = 10_000;

/**
 * Steps that a line stands for, so that the files of a run of any length stay small: one in runs of up to 10 000 steps, else as many as
 * give 10 000 lines. Where only the clock ends the run it is one up to step 10 000, ten up to step 100 000 and so on.
 */
export const stretchAt = (step: number, steps: number): number =>
  Number.isFinite(steps) ? Math.ceil(steps / MAX_LINES) : 10 ** Math.max(0, String(step - 1).length - 4);

/** Takes steps together until they make a line. */
export class Stretch {
  #steps: Step[] = [];

  /** Adds a step; a line when that ends the stretch. */
  add({ step, steps, examples, seconds, losses, measures }: StepEvent): LineOf<'step'> | undefined {
    this.#steps.push({ step, examples, seconds, losses, measures });
    return step % stretchAt(step, steps) === 0 ? this.end() : undefined;
  }

  /** The line of the steps since the last one, if there are any. */
  end(): LineOf<'step'> | undefined {
    const steps = this.#steps;
    const last = steps.at(-1);
    if (last === undefined) return undefined;
    this.#steps = [];
    const seconds = steps.reduce((sum, step) => sum + step.seconds, 0) / steps.length;
    return {
      type: 'step',
      step: last.step,
      examples: last.examples,
      seconds,
      examplesPerSecond: last.examples / last.step / seconds,
      losses: means(steps.map(({ losses }) => losses)),
      measures: means(steps.map(({ measures }) => measures)),
    };
  }
}

/** Means by name, each over the records that have it: a penalty may come every few steps only. */
function means(records: readonly Record<string, number>[]): Record<string, number> {
  if (records.length === 1) return records[0];
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = records.flatMap((record) => (name in record ? [record[name]] : []));
      return [name, values.reduce((a, b) => a + b, 0) / values.length];
    }),
  );
}
