import type { DdganDiscriminatorConfig, DdganGeneratorConfig, DdpmUnetConfig } from './config.ts';

/** The networks of one experiment. */
export interface Preset {
  /** Configuration for {@link ddganGenerator}. */
  generator: DdganGeneratorConfig;
  /** Configuration for {@link ddganDiscriminator}. */
  discriminator: DdganDiscriminatorConfig;
  /** Configuration for {@link ddpmUnet}: the same trunk without the latent. */
  denoiser: DdpmUnetConfig;
}

const trunk = {
  imageSize: 28,
  channels: 1,
  baseChannels: 16,
  channelMultipliers: [1, 2, 2],
  blocksPerLevel: 1,
  attentionResolutions: [],
} as const;

const fashion = {
  imageSize: 28,
  channels: 1,
  baseChannels: 32,
  channelMultipliers: [1, 2, 2],
  blocksPerLevel: 1,
  attentionResolutions: [14],
} as const;

const cifar = {
  imageSize: 32,
  channels: 3,
  baseChannels: 128,
  channelMultipliers: [1, 2, 2, 2],
  blocksPerLevel: 2,
  attentionResolutions: [16],
} as const;

/** Network configurations by name. */
export const presets = {
  /** 28×28 grey images on a laptop: generator 0.37 M, critic 0.20 M and denoiser 0.27 M parameters. */
  'fashion-mnist-tiny': {
    generator: { kind: 'ddgan-generator', style: 'unet', ...trunk, latentDim: 64, latentWidth: 128, latentLayers: 2 },
    discriminator: {
      kind: 'ddgan-discriminator',
      style: 'half-unet',
      imageSize: 28,
      channels: 1,
      widths: [16, 32, 64, 64],
      downsample: [true, true, false],
      timeWidth: 64,
      stddevGroup: 4,
    },
    denoiser: { kind: 'ddpm-unet', ...trunk },
  },
  /** 28×28 grey images with the networks of the DDGAN paper made small: generator 1.82 M, critic 0.80 M and denoiser 1.11 M parameters. */
  'fashion-mnist-ncsnpp': {
    generator: {
      kind: 'ddgan-generator',
      style: 'ncsnpp',
      ...fashion,
      latentDim: 64,
      latentWidth: 128,
      latentLayers: 3,
    },
    discriminator: {
      kind: 'ddgan-discriminator',
      style: 'small',
      imageSize: 28,
      channels: 1,
      baseChannels: 16,
      timeWidth: 64,
      stddevGroup: 4,
    },
    denoiser: { kind: 'ddpm-unet', ...fashion },
  },
  /** The networks of the DDGAN paper and of the DDPM paper for CIFAR-10: generator 48.4 M, critic 12.7 M and denoiser 35.7 M parameters. */
  cifar10: {
    generator: {
      kind: 'ddgan-generator',
      style: 'ncsnpp',
      ...cifar,
      latentDim: 100,
      latentWidth: 256,
      latentLayers: 5,
    },
    discriminator: {
      kind: 'ddgan-discriminator',
      style: 'small',
      imageSize: 32,
      channels: 3,
      baseChannels: 64,
      timeWidth: 256,
      stddevGroup: 4,
    },
    denoiser: { kind: 'ddpm-unet', ...cifar, dropout: 0.1 },
  },
} as const satisfies Record<string, Preset>;
