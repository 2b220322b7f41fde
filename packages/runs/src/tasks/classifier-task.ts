import { object, oneOf } from '@diffgan/config';
import { type ScheduleConfig, scheduleSchema } from '@diffgan/hub';
import { trainClassifier } from '@diffgan/training';
import type { MlpClassifierConfig, NoiseClassifierConfig } from '@diffgan/unet';
import { type ClassifierTraining, classifierTrainingSchema } from '../run/training-config.ts';
import { type AnyRun, headFields, network, resultFields, sourceFields, startFields } from './any-run.ts';
import { makeNetworks, scheduleOf } from './make-networks.ts';
import type { TaskDefinition } from './task.ts';

/** Trains a classifier of noised examples. */
export interface ClassifierRun extends AnyRun {
  /** What is trained. */
  task: 'classifier';
  /** The network. */
  networks: {
    /** What tells the class. */
    classifier: NoiseClassifierConfig | MlpClassifierConfig;
  };
  /** The noise schedule. */
  schedule: ScheduleConfig;
  /** How it is trained. */
  training: ClassifierTraining;
}

/** A classifier of noised examples. */
export const classifierTask: TaskDefinition<ClassifierRun> = {
  schema: object<ClassifierRun>({
    ...headFields,
    task: oneOf('classifier'),
    ...sourceFields,
    networks: object<ClassifierRun['networks']>({ classifier: network('noise-classifier', 'mlp-classifier') }),
    ...startFields,
    schedule: scheduleSchema,
    training: classifierTrainingSchema,
    ...resultFields,
  }),
  models: makeNetworks,
  train: ({ training, schedule }, { networks }, provided) =>
    trainClassifier(networks.classifier, scheduleOf(schedule), { ...training, ...provided }),
};
