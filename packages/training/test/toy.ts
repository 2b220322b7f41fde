import { imageDataset } from '@diffgan/data';
import { key, uniformArray } from '@diffgan/ops';
import { vpSchedule } from '@diffgan/schedule';
import type { TrainDdganOptions } from '@diffgan/training';
import {
  ddganDiscriminator,
  type DdganDiscriminatorConfig,
  ddganGenerator,
  type DdganGeneratorConfig,
  ddpmUnet,
  type DdpmUnetConfig,
  type UnetShape,
} from '@diffgan/unet';

/** 24 images of 8×8: one bright square each, somewhere. */
export function squares() {
  const images = new Uint8Array(24 * 64).fill(20);
  const corners = uniformArray(key(11), 48, { min: 0, max: 5 });
  for (let n = 0; n < 24; n++)
    for (let i = 0; i < 9; i++) {
      const [row, column] = [corners[2 * n] + Math.floor(i / 3), corners[2 * n + 1] + (i % 3)].map(Math.floor);
      images[n * 64 + row * 8 + column] = 240;
    }
  return imageDataset({ name: 'squares', split: 'train', images, count: 24, height: 8, width: 8, channels: 1 });
}

const shape: UnetShape = {
  imageSize: 8,
  channels: 1,
  baseChannels: 4,
  channelMultipliers: [1, 2],
  blocksPerLevel: 1,
  attentionResolutions: [],
};
export const denoiserConfig: DdpmUnetConfig = { kind: 'ddpm-unet', ...shape };

export const generatorConfig: DdganGeneratorConfig = {
  ...shape,
  kind: 'ddgan-generator',
  style: 'unet',
  latentDim: 2,
  latentWidth: 4,
  latentLayers: 1,
};

export const criticConfig: DdganDiscriminatorConfig = {
  kind: 'ddgan-discriminator',
  style: 'half-unet',
  imageSize: 8,
  channels: 1,
  widths: [4, 8],
  downsample: [true],
  timeWidth: 4,
  stddevGroup: 2,
};

export const schedule = vpSchedule(4);

/** Fresh networks; equal ones every time. */
export const makeDenoiser = () => ddpmUnet(denoiserConfig, { key: key(1) });
/** Fresh networks; equal ones every time. */
export const makeNetworks = () => ({
  generator: ddganGenerator(generatorConfig, { key: key(1) }),
  critic: ddganDiscriminator(criticConfig, { key: key(2) }),
});

/** Options of a short run. */
export const shortRun = (options: Partial<TrainDdganOptions> = {}): TrainDdganOptions => ({
  ...{ data: squares(), steps: 6, batch: 4, key: key(3), r1: { gamma: 0.2, every: 3 } },
  ...options,
});
