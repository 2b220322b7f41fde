import * as tf from '@tensorflow/tfjs-core';
import { writeAtomically } from '@diffgan/files';
import { trainingPace } from '@diffgan/records';
import type { RunRecords } from '@diffgan/records/node';
import type { BackendInfo, ProcessGroup } from '@diffgan/runtime';
import type { TrainResult } from '@diffgan/training';
import { toJson } from '../config/merge.ts';
import { folderHas } from '../run/folder-has.ts';
import { RunFolder } from '../run/run-folder.ts';
import { withinRun } from '../run/within-run.ts';
import type { RunConfig } from '../tasks/tasks.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { earlyEnd } from './early-end.ts';
import { hasState } from './has-state.ts';
import { openParts, type RunRequest } from './open-parts.ts';
import { pretrainingRun } from './pretraining-run.ts';
import { describeLength, type RunReport, runReporter, scoreTable, titleOf } from './report-training.ts';
import { saveNetworks } from './save-networks.ts';
import { takeStartWeights } from './start-weights.ts';
import { tell } from './tell.ts';
import { type RunParts, TrainRun } from './train-run.ts';

/** What a run came to. */
export interface TrainingOutcome {
  folder: string;
  config: RunConfig;
  backend: string;
  /** Finished steps. */
  steps: number;
  /** Seconds of training, those before an interruption included. */
  seconds: number;
  /** Scores of the averaged weights, where there are any for the data. */
  scores: Record<string, number>;
  /** The best state, of which `best/` in the folder holds the weights. */
  best?: { metric: string; value: number; step: number };
}

/** Where a run is trained, and how its user goes on with it. */
export interface Surroundings {
  backend: BackendInfo;
  /** The command line that goes on with the run. */
  resumeCommand: string;
  terminal: Terminal;
  signal: AbortSignal;
  /** Those that train with this one, which is rank 0, by `followTraining`. @defaultValue this one alone */
  processes?: ProcessGroup;
  /** Whether they are to train more with it after this. @defaultValue `false` */
  more?: boolean;
}

/**
 * Trains a run from first to last step, or goes on with it: records, pictures, scores, weights, report.
 *
 * @throws UsageError when settings or data do not fit together, and there is no run then; Interrupted when it was stopped, with what goes on.
 * @example
 * ```ts fragment
 * const { config } = await resolveConfig({ preset: 'gaussians25-ddgan' });
 * const request = { folder: new RunFolder('runs/mine'), config, resume: false };
 * const resumeCommand = 'diffgan train --resume --out runs/mine';
 * const { scores } = await runTraining(request, { backend, resumeCommand, terminal, signal });
 * ```
 */
export function runTraining(request: RunRequest, surroundings: Surroundings): Promise<TrainingOutcome> {
  return withinRun(request.folder.path, () => runTrainingWithin(request, surroundings));
}

/**
 * {@link runTraining} for who works in the folder with {@link withinRun} already, since more than the training belongs to the run.
 *
 * @example
 * ```ts fragment
 * await withinRun(folder.path, async () => {
 *   const outcome = await runTrainingWithin({ folder, config, resume: false }, surroundings);
 *   await writeAtomically(folder.file('result.json'), JSON.stringify(outcome));
 * });
 * ```
 */
export async function runTrainingWithin(request: RunRequest, surroundings: Surroundings): Promise<TrainingOutcome> {
  const { backend, resumeCommand, terminal, signal, processes, more = false } = surroundings;
  const parts = await openParts(request, terminal, signal);
  const { config } = parts; // its paths hold from any working folder
  const { resume } = request;
  const run = new TrainRun({ ...parts, processes });
  const report = runReporter(parts, { config, backend: backend.description });
  const last = parts.records.lines.at(-1);
  try {
    const begun = resume && hasState(parts.folder);
    const pretrained = !begun && (await pretrain(parts, { ...surroundings, more: true }));
    terminal.heading(`Training: ${titleOf(config)}`);
    terminal.say(`${describeLength(config)}, seed ${config.seed}; Ctrl-C saves and stops`);
    if (processes) await tell(processes, { config: toJson(config), more });
    const trained = await run.train({ resume: resume && !pretrained });
    try {
      return await finish(run, trained, { config, backend: backend.description, report });
    } finally {
      tf.dispose(trained.averages);
    }
  } catch (error) {
    const end = await earlyEnd(error, run, { resume, resumeCommand });
    const went = parts.records.lines.at(-1) !== last; // the report then shows what went wrong
    if (went) await report({ ended: (end as Error).message }).catch(() => undefined); // the error is what to tell of
    throw end;
  } finally {
    parts.dispose();
  }
}

/** Trains the denoiser that the networks start from, or goes on with it, where the settings ask for one. */
async function pretrain({ config, folder, data, models }: RunParts, surroundings: Surroundings): Promise<boolean> {
  if (config.task !== 'ddgan' || config.pretraining === undefined) return false;
  const own = new RunFolder(folder.file('pretraining'));
  if (!folderHas(own.path, 'result.json')) {
    const request = { folder: own, config: pretrainingRun(config), resume: hasState(own), data };
    await runTraining(request, surroundings);
  }
  await takeStartWeights(own.path, models, surroundings.terminal);
  return true;
}

async function finish(
  run: TrainRun,
  trained: TrainResult,
  { config, backend, report }: Pick<TrainingOutcome, 'config' | 'backend'> & { report: RunReport },
): Promise<TrainingOutcome> {
  const { folder, records } = run.parts;
  await saveNetworks(trained, run.parts);
  const scores = await run.drawAtTheEnd(trained);
  const { seconds } = trainingPace(records.lines);
  const outcome = { folder: folder.path, config, backend, steps: trained.steps, seconds, scores, ...bestOf(records) };
  await report({ scores: scoreTable(scores, config) });
  await writeAtomically(folder.file('result.json'), `${JSON.stringify(outcome, null, 2)}\n`);
  await records.close();
  return outcome;
}

function bestOf({ lines }: RunRecords): Pick<TrainingOutcome, 'best'> {
  const line = lines.findLast((line) => line.type === 'best');
  return line ? { best: { metric: line.metric, value: line.value, step: line.step } } : {};
}
