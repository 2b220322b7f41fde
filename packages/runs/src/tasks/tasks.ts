import type { TrainEvent, TrainResult } from '@diffgan/training';
import { type ClassifierRun, classifierTask } from './classifier-task.ts';
import { type DdganRun, ddganTask } from './ddgan-task.ts';
import { type DdpmRun, ddpmTask } from './ddpm-task.ts';
import { type DistilRun, distilTask } from './distil-task.ts';
import type { Provided, RunModels, TaskDefinition } from './task.ts';
import { type VdmRun, vdmTask } from './vdm-task.ts';

/** The settings of each task. */
interface Runs {
  ddpm: DdpmRun;
  ddgan: DdganRun;
  vdm: VdmRun;
  distil: DistilRun;
  classifier: ClassifierRun;
}

/** What can be trained. */
export type Task = keyof Runs;

/** The resolved settings of a run of `diffgan train`: what `config.json` in its folder holds, and all that the run depends on. */
export type RunConfig = Runs[Task];

/** Those of a task, or of several; TypeScript then knows that each task gets its own. */
type RunOf<T extends Task> = { [K in T]: Runs[K] & { task: K } }[T];

/** All tasks by name: a new one is an object and its lines here. */
export const tasks: { readonly [K in Task]: TaskDefinition<RunOf<K>> } = {
  ddpm: ddpmTask,
  ddgan: ddganTask,
  vdm: vdmTask,
  distil: distilTask,
  classifier: classifierTask,
};

/** Makes the networks of a run, with fresh weights. */
export const makeModels = <T extends Task>(config: RunOf<T>): RunModels => tasks[config.task].models(config);

/** Starts the trainer of a run's task. */
export const startTraining = <T extends Task>(
  config: RunOf<T>,
  models: RunModels,
  provided: Provided,
): AsyncGenerator<TrainEvent, TrainResult> => tasks[config.task].train(config, models, provided);
