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
} as const satisfies Record<string, Preset>;
