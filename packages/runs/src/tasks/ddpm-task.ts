import { object, oneOf } from '@diffgan/config';
import { type ScheduleConfig, scheduleSchema } from '@diffgan/hub';
import { minSnrWeight, vlbWeight } from '@diffgan/objectives';
import { trainDdpm, type TrainDdpmOptions } from '@diffgan/training';
import type { DdpmUnetConfig, MlpDenoiserConfig } from '@diffgan/unet';
import { type DdpmTraining, ddpmTrainingSchema } from '../run/training-config.ts';
import { type AnyRun, headFields, network, resultFields, sourceFields, startFields } from './any-run.ts';
import { makeNetworks, scheduleOf } from './make-networks.ts';
import type { Provided, TaskDefinition } from './task.ts';

/** Trains a denoising model. */
export interface DdpmRun extends AnyRun {
  /** What is trained. */
  task: 'ddpm';
  /** The network. */
  networks: {
    /** What predicts the noise. */
    denoiser: DdpmUnetConfig | MlpDenoiserConfig;
  };
  /** The noise schedule. */
  schedule: ScheduleConfig;
  /** How it is trained. */
  training: DdpmTraining;
}

/** A denoising model. */
export const ddpmTask: TaskDefinition<DdpmRun> = {
  schema: object<DdpmRun>({
    ...headFields,
    task: oneOf('ddpm'),
    ...sourceFields,
    networks: object<DdpmRun['networks']>({ denoiser: network('ddpm-unet', 'mlp-denoiser') }),
    ...startFields,
    schedule: scheduleSchema,
    training: ddpmTrainingSchema,
    ...resultFields,
  }),
  drawn: 'denoiser',
  models: makeNetworks,
  train: ({ training, schedule }, { networks }, provided) =>
    trainDdpm(networks.denoiser, scheduleOf(schedule), { ...optionsOf(training), ...provided }),
};

function optionsOf({ weight, ...training }: DdpmTraining): Omit<TrainDdpmOptions, keyof Provided> {
  if (weight === undefined) return training;
  const predicts = training.predicts === 'edm' ? undefined : training.predicts; // the trainer refuses a weight there
  return { ...training, weight: weight.name === 'minSnr' ? minSnrWeight({ ...weight, predicts }) : vlbWeight(weight) };
}
