import type { Experiment, How } from '../experiment.ts';
import type { Kind, Measurement, Values } from '../measurement.ts';
import { type KeptMeasurement, keptMeasurement, planMeasurement, type PlannedMeasurement } from './measure/measure.ts';
import type { WrittenMeasurement, WrittenResults } from './results-folder.ts';
import type { Shelf } from './workplace.ts';

/** What is told of all experiments. */
export type Choice = Pick<How, 'seeds' | 'small'>;

/** A measurement of a plan, with what it came to if it is finished. */
export interface PlanStep extends PlannedMeasurement {
  /** In the folder of runs. */
  readonly kept: KeptMeasurement | undefined;
  /** In the results that were written before, where these count. */
  readonly written: WrittenMeasurement | undefined;
}

/** Whether there is nothing to do for it. */
export const isFinished = ({ kept, written }: PlanStep): boolean => (kept ?? written) !== undefined;

/** All measurements of an experiment, those that depend on others by what is finished of these. */
export async function planOf(
  experiment: Experiment,
  choice: Choice,
  { written, ...shelf }: Shelf & { written: WrittenResults },
): Promise<PlanStep[]> {
  const stepOf = async (measurement: Measurement): Promise<PlanStep> => {
    const planned = await planMeasurement(measurement, shelf);
    const kept = await keptMeasurement(planned);
    return { ...planned, kept, written: written.find(planned.key, experiment.id) };
  };
  const valuesOf = async (measurement: Measurement) => {
    const step = await stepOf(measurement);
    return (step.kept ?? step.written?.result)?.values;
  };
  const plan = await completePlan(experiment, choice, valuesOf);
  return Promise.all(plan.map(stepOf));
}

/**
 * The measurements of an experiment, given what each came to. Some depend on others, such as on the learning rates that a search found:
 * the plan is made anew until it asks for nothing that is not known.
 */
export async function completePlan(
  experiment: Experiment,
  choice: Choice,
  read: (measurement: Measurement) => Promise<Values[Kind] | undefined>,
): Promise<readonly Measurement[]> {
  const known = new Map<string, Values[Kind] | undefined>();
  for (;;) {
    const asked: Measurement[] = [];
    const valuesOf = (measurement: Measurement) => {
      const name = JSON.stringify(measurement);
      if (!known.has(name)) asked.push(measurement);
      return known.get(name);
    };
    const plan = experiment.plan({ ...choice, valuesOf: valuesOf as How['valuesOf'] }); // by the kind of what is asked
    if (asked.length === 0) return plan;
    for (const measurement of asked) known.set(JSON.stringify(measurement), await read(measurement));
  }
}
