import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ImageDataset } from '@diffgan/data';
import { foldIn, type Key, key } from '@diffgan/ops';
import { makeSchedule, type NoiseSchedule } from '@diffgan/schedule';
import { type MetricOptions, trainDdgan, type TrainEvent, type TrainResult } from '@diffgan/training';
import { ddganDiscriminator, ddganGenerator } from '@diffgan/unet';
import { lossOf } from '../page/loss-of.ts';
import type { ClothesSettings } from './settings.ts';

const streams = { training: 0, generator: 1, critic: 2, samples: 3 };
const image = { imageSize: 28, channels: 1 } as const;

/** A training on clothes, and what it takes to look at it. */
export interface ClothesGame {
  readonly schedule: NoiseSchedule;
  /** A copy with which samples are drawn. */
  readonly shown: LayersModel;
  readonly sampleKey: Key;
  readonly training: AsyncGenerator<TrainEvent, TrainResult>;
  dispose(): void;
}

/** Where and whether a training is kept, who measures it, and how it is ended. */
export interface ClothesGameOptions {
  readonly data: ImageDataset;
  readonly file: string;
  readonly resume: boolean;
  readonly measure: (game: ClothesGame) => MetricOptions['measure'];
  readonly signal: AbortSignal;
}

/** Makes a training of its settings. */
export function clothesGame(settings: ClothesSettings, options: ClothesGameOptions): ClothesGame {
  const of = (stream: number) => foldIn(key(settings.cseed), stream);
  const [generator, shown, critic] = [generatorOf(settings, of), generatorOf(settings, of), criticOf(settings, of)];
  const schedule = makeSchedule(settings.schedule, settings.T);
  const { steps, batch, rateG, rateD, r1, error, fidEvery } = settings;
  const { data, file, resume, measure, signal } = options;
  const game: ClothesGame = {
    ...{ schedule, shown, sampleKey: of(streams.samples) },
    training: trainDdgan({ generator, critic }, schedule, {
      ...{ data, steps, batch, key: of(streams.training), emaDecay: 0.99, signal },
      loss: lossOf(settings),
      learningRate: { generator: rateG, critic: rateD },
      r1: { gamma: r1, every: 10 },
      reconstruction: error,
      checkpoint: { file, every: 100, resume },
      metric: { every: fidEvery, measure: (context) => measure(game)(context) },
    }),
    dispose: () => [generator, shown, critic].forEach((model) => model.dispose()),
  };
  return game;
}

const generatorOf = ({ width }: ClothesSettings, of: (stream: number) => Key) =>
  ddganGenerator(
    {
      ...{ kind: 'ddgan-generator', style: 'unet', ...image },
      ...{ baseChannels: width, channelMultipliers: [1, 2, 2], blocksPerLevel: 1, attentionResolutions: [] },
      ...{ latentDim: 32, latentWidth: 64, latentLayers: 2 },
    },
    { key: of(streams.generator) },
  );

const criticOf = ({ width }: ClothesSettings, of: (stream: number) => Key) =>
  ddganDiscriminator(
    {
      ...{ kind: 'ddgan-discriminator', style: 'half-unet', ...image },
      ...{ widths: [width, 2 * width, 4 * width, 4 * width], downsample: [true, true, false] },
      ...{ timeWidth: 32, stddevGroup: 4 },
    },
    { key: of(streams.critic) },
  );
