import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type GaussianMixture, gaussianMixture, type PointDataset } from '@diffgan/data';
import { foldIn, type Key, key } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { trainDdgan, trainDdpm, type TrainEvent, type TrainResult } from '@diffgan/training';
import { mlpCritic, mlpDenoiser, mlpGenerator } from '@diffgan/unet';
import { lossOf } from '../page/loss-of.ts';
import type { Place } from './messages.ts';
import { mixtureOf } from './mixtures.ts';
import { scheduleOf } from './schedule-of.ts';
import type { PointSettings } from './settings.ts';

const COUNT = 20_000;
const LATENT = 2;
const streams = { data: 0, training: 1, generator: 2, critic: 3, samples: 4 };

/** The networks of a training by role. */
export type Networks = { generator: LayersModel; critic: LayersModel } | { denoiser: LayersModel };

/** A training on points, with all that is needed to look at it. */
export interface PointGame {
  readonly settings: PointSettings;
  readonly mixture: GaussianMixture;
  readonly data: PointDataset;
  readonly schedule: NoiseSchedule;
  /** Copies with which samples are drawn, so that training is not disturbed. */
  readonly shown: Networks;
  /** The key of everything that is shown: the same in each look, so that points move and do not jump. */
  readonly sampleKey: Key;
  readonly training: AsyncGenerator<TrainEvent, TrainResult>;
  dispose(): void;
}

/** Makes a training of its settings; all that is random comes from `seed`. */
export function pointGame(settings: PointSettings, drawn: readonly Place[], seed: number): PointGame {
  const of = (stream: number) => foldIn(key(seed), stream);
  const mixture = mixtureOf(settings, drawn);
  const data = gaussianMixture(mixture, COUNT, of(streams.data));
  const schedule = scheduleOf(settings);
  const [trained, shown] = [networksOf(settings, of), networksOf(settings, of)];
  const { steps, batch } = settings;
  const shared = { data, steps, batch, key: of(streams.training), emaDecay: 0.99, finalLearningRate: 1e-5 };
  const training =
    'denoiser' in trained
      ? trainDdpm(trained.denoiser, schedule, { ...shared, learningRate: settings.rate })
      : trainDdgan(trained, schedule, { ...shared, ...gameOf(settings) });
  const models = [...Object.values(trained), ...Object.values(shown)] as LayersModel[];
  const dispose = () => models.forEach((model) => model.dispose());
  return { settings, mixture, data, schedule, shown, sampleKey: of(streams.samples), training, dispose };
}

function gameOf(settings: PointSettings) {
  const { rateG, rateD, criticSteps, r1, r2, slope, target } = settings;
  return {
    loss: lossOf(settings),
    learningRate: { generator: rateG, critic: rateD },
    adam: { beta1: 0, beta2: 0.9 },
    criticSteps,
    ...{ r1: { gamma: r1 }, r2: { gamma: r2 }, gradientPenalty: { lambda: slope, target } },
  };
}

function networksOf({ model, hidden }: PointSettings, of: (stream: number) => Key): Networks {
  const sizes = { dim: 2, hidden: [hidden, hidden, hidden], timeWidth: 16 };
  if (model === 'ddpm')
    return { denoiser: mlpDenoiser({ kind: 'mlp-denoiser', ...sizes }, { key: of(streams.generator) }) };
  return {
    generator: mlpGenerator({ kind: 'mlp-generator', latentDim: LATENT, ...sizes }, { key: of(streams.generator) }),
    critic: mlpCritic({ kind: 'mlp-critic', ...sizes }, { key: of(streams.critic) }),
  };
}
