import { minSnrWeight, vlbWeight } from '@diffgan/objectives';
import {
  trainClassifier,
  trainDdgan,
  trainDdpm,
  type TrainDdpmOptions,
  trainVdm,
  type TrainEvent,
  type TrainOptions,
  type TrainResult,
} from '@diffgan/training';
import { type RunModels, scheduleOf } from '../run/run-models.ts';
import type { RunConfig } from '../run/run-config.ts';
import type { DdpmTraining } from '../run/training-config.ts';

/** What a run gives its trainer besides the config. */
export type Provided = Pick<TrainOptions, 'data' | 'key' | 'checkpoint' | 'validation' | 'metric' | 'signal'>;

/** Starts the trainer of a run's task. */
export function startTraining(
  config: RunConfig,
  { networks, gamma }: RunModels,
  provided: Provided,
): AsyncGenerator<TrainEvent, TrainResult> {
  switch (config.task) {
    case 'ddpm': {
      const options = ddpmOptions(config.training);
      return trainDdpm(networks.denoiser, scheduleOf(config.schedule), { ...options, ...provided });
    }
    case 'ddgan': {
      const players = { generator: networks.generator, critic: networks.critic };
      return trainDdgan(players, scheduleOf(config.schedule), { ...config.training, ...provided });
    }
    case 'vdm':
      return trainVdm(networks.denoiser, gamma!, { ...config.training, ...provided });
    case 'classifier': {
      const { training, schedule } = config;
      return trainClassifier(networks.classifier, scheduleOf(schedule), { ...training, ...provided });
    }
  }
}

function ddpmOptions({ weight, ...training }: DdpmTraining): Omit<TrainDdpmOptions, keyof Provided> {
  if (weight === undefined) return training;
  const { predicts } = training;
  return { ...training, weight: weight.name === 'minSnr' ? minSnrWeight({ ...weight, predicts }) : vlbWeight(weight) };
}
