import { minSnrWeight, vlbWeight } from '@diffgan/objectives';
import {
  type DdganNetworks,
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
import type { DdpmTraining } from '../run/run-config.ts';
import type { Settings } from '../run/settings.ts';

/** What a run gives its trainer besides the settings. */
export type Provided = Pick<TrainOptions, 'data' | 'key' | 'checkpoint' | 'validation' | 'metric' | 'signal'>;

/** Starts the trainer of a run's task. */
export function startTraining(
  settings: Settings,
  { networks, gamma }: RunModels,
  provided: Provided,
): AsyncGenerator<TrainEvent, TrainResult> {
  switch (settings.task) {
    case 'ddpm': {
      const options = ddpmOptions(settings.training);
      return trainDdpm(networks.denoiser, scheduleOf(settings.schedule), { ...options, ...provided });
    }
    case 'ddgan': {
      const players = networks as Readonly<Record<string, unknown>> as unknown as DdganNetworks;
      return trainDdgan(players, scheduleOf(settings.schedule), { ...settings.training, ...provided });
    }
    case 'vdm':
      return trainVdm(networks.denoiser, gamma!, { ...settings.training, ...provided });
    case 'classifier': {
      const { training, schedule } = settings;
      return trainClassifier(networks.classifier, scheduleOf(schedule), { ...training, ...provided });
    }
  }
}

function ddpmOptions({ weight, ...training }: DdpmTraining): Omit<TrainDdpmOptions, keyof Provided> {
  if (weight === undefined) return training;
  const { predicts } = training;
  return { ...training, weight: weight.name === 'minSnr' ? minSnrWeight({ ...weight, predicts }) : vlbWeight(weight) };
}
