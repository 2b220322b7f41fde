import type { DdganDiscriminatorConfig, DdganGeneratorConfig, DdpmUnetConfig } from '@diffgan/unet';

/** The smallest networks that have every kind of layer. */
export const denoiser: DdpmUnetConfig = {
  kind: 'ddpm-unet',
  imageSize: 8,
  channels: 1,
  baseChannels: 4,
  channelMultipliers: [1, 2],
  blocksPerLevel: 1,
  attentionResolutions: [4],
};

export const generator: DdganGeneratorConfig = {
  ...denoiser,
  kind: 'ddgan-generator',
  style: 'unet',
  latentDim: 3,
  latentWidth: 5,
  latentLayers: 2,
};

export const critic: DdganDiscriminatorConfig = {
  kind: 'ddgan-discriminator',
  style: 'half-unet',
  imageSize: 8,
  channels: 1,
  widths: [4, 8],
  downsample: [true],
  timeWidth: 4,
  stddevGroup: 2,
};
