import { join } from 'node:path';
import { nearestName } from '@diffgan/config';
import { prepareBackend, type Terminal } from '@diffgan/runs';
import { Interrupted, UsageError } from '@diffgan/runs/errors';
import { withFileLock } from '@diffgan/runtime/node';
import type { Experiment } from '../experiment.ts';
import { experiments } from '../experiments.ts';
import { measure } from './measure/measure.ts';
import type { ReproduceOptions } from './options.ts';
import { type Choice, isFinished, planOf, type PlanStep } from './plan.ts';
import { filesOf, WrittenResults } from './results-folder.ts';
import { RunsFolder } from './runs-folder.ts';
import type { Workplace } from './workplace.ts';
import { writeResults } from './write-results.ts';

/** What has been run of an experiment. */
export interface Reproduced {
  readonly id: string;
  readonly measured: number;
  readonly of: number;
  readonly results: string;
  readonly page: string;
}

/**
 * Runs experiments: trains, measures, and writes results and pages. What was finished before is not done again. Where another process does
 * so in the same folder of runs, this one waits for it.
 */
export async function reproduce(
  options: ReproduceOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Reproduced[]> {
  const chosen = experimentsOf(options.ids);
  if (options.only) assertMeasured(options.only, chosen);
  const onWait = () => terminal.say(`Another reproduce works in ${options.runs}; this one waits until that has ended`);
  return withFileLock(join(options.runs, LOCK), () => reproduceAlone(chosen, options, terminal, signal), {
    signal,
    onWait,
  });
}

/** A workplace, and what is to be done there. */
interface Work extends Workplace, Pick<ReproduceOptions, 'only'> {
  /** Results that count as done. */
  readonly written: WrittenResults;
}

/** In the folder of runs while somebody works there. */
const LOCK = 'reproduce.lock';

async function reproduceAlone(
  chosen: readonly Experiment[],
  options: ReproduceOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Reproduced[]> {
  const clock = timeLimit(options.hours);
  const place: Work = {
    runs: await RunsFolder.open(options.runs),
    scale: options.scale,
    written: options.missing ? await WrittenResults.open(options.out) : WrittenResults.none,
    only: options.only,
    backend: await prepareBackend(options.backend, terminal, signal),
    terminal,
    signal: AbortSignal.any([signal, clock.signal]),
  };
  const { out, small } = options;
  const choice: Choice = { seeds: Array.from({ length: options.seeds }, (_, i) => i), small };
  const done: Reproduced[] = [];
  try {
    for (const experiment of chosen) {
      const stopped = await runAll(experiment, choice, place);
      const steps = await planOf(experiment, choice, place);
      const file = await writeResults(experiment, steps, { out, choice, place });
      const { results, page } = filesOf(out, experiment.id);
      const measured = file.measurements.length;
      done.push({ id: experiment.id, measured, of: steps.length, results, page });
      terminal.say(`${experiment.id}: ${measured} of ${steps.length} measurements${measured > 0 ? `, ${page}` : ''}`);
      if (!stopped) continue;
      if (signal.aborted)
        throw new Interrupted(`Stopped. Go on with the same command: what is finished is not done again`);
      terminal.say('The time is over. The same command goes on');
      break;
    }
  } finally {
    clock.stop();
  }
  return done;
}

/** Measures all of an experiment; true if it was stopped. */
async function runAll(experiment: Experiment, choice: Choice, { only, ...place }: Work): Promise<boolean> {
  const { terminal, signal } = place;
  const tried = new Set<string>();
  try {
    for (;;) {
      const steps = await planOf(experiment, choice, place);
      // Of a training that diverged there is nothing to be kept: it is tried once.
      const asked = ({ measurement: { name } }: PlanStep) => only?.includes(name) ?? true;
      const next = steps.find((step) => !isFinished(step) && asked(step) && !tried.has(step.key));
      if (!next) return false;
      tried.add(next.key);
      const { name, of } = next.measurement;
      const finished = steps.filter(isFinished).length;
      terminal.heading(`${experiment.id}, ${finished + 1} of ${steps.length}: ${name}${of ? `, seed ${of.seed}` : ''}`);
      signal.throwIfAborted();
      await measure(next, place);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return true;
  }
}

/** A signal that fires after so many hours. */
function timeLimit(hours: number | undefined): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  if (hours === undefined) return { signal: controller.signal, stop: () => undefined };
  const timer = setTimeout(() => controller.abort(new Interrupted('the time is over')), hours * 3_600_000);
  return { signal: controller.signal, stop: () => clearTimeout(timer) };
}

/** The experiments of these names. */
export function experimentsOf(ids: readonly string[]): readonly Experiment[] {
  if (ids.includes('all')) return experiments;
  return ids.map((id) => {
    const experiment = experiments.find((one) => one.id.toLowerCase() === id.toLowerCase());
    if (experiment) return experiment;
    const names = experiments.map((one) => one.id);
    const near = nearestName(id.slice(0, 40), names);
    throw new UsageError(
      `there is no experiment ${JSON.stringify(id.slice(0, 60))}; ${near ? `did you mean ${near}? ` : ''}All: ${names.join(', ')}`,
    );
  });
}

/** @throws UsageError for a name of a measurement that none of the experiments makes */
function assertMeasured(names: readonly string[], chosen: readonly Experiment[]): void {
  const plans = chosen.map((experiment) => experiment.plan({ seeds: [0], small: false, valuesOf: () => undefined }));
  const known = [...new Set(plans.flat().map(({ name }) => name))];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearestName(unknown.slice(0, 40), known);
  const ids = chosen.map(({ id }) => id).join(', ');
  throw new UsageError(
    `--only: ${ids} ${chosen.length === 1 ? 'makes' : 'make'} no measurement ${JSON.stringify(unknown.slice(0, 60))}; ${near ? `did you mean ${near}? ` : ''}All: ${known.join(', ')}`,
  );
}
