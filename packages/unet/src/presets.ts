import type { DdganDiscriminatorConfig } from './config/ddgan-discriminator-config.ts';
import type { DdganGeneratorConfig } from './config/ddgan-generator-config.ts';
import type { DdpmUnetConfig } from './config/ddpm-unet-config.ts';
import type { MlpCriticConfig, MlpDenoiserConfig, MlpGeneratorConfig } from './config/mlp-config.ts';

/** The networks of one experiment: for images, or for points of the plane. {@link createModel} makes any of them. */
export interface Preset {
  /** The generator of a denoising diffusion GAN. */
  generator: DdganGeneratorConfig | MlpGeneratorConfig;
  /** Its critic. */
  discriminator: DdganDiscriminatorConfig | MlpCriticConfig;
  /** The network of DDPM on the same data. */
  denoiser: DdpmUnetConfig | MlpDenoiserConfig;
}

const fashion = { imageSize: 28, channels: 1, channelMultipliers: [1, 2, 2] } as const;
const generator = { kind: 'ddgan-generator', style: 'unet' } as const;
const critic = {
  kind: 'ddgan-discriminator',
  style: 'half-unet',
  imageSize: 28,
  channels: 1,
  downsample: [true, true, false],
  stddevGroup: 4,
} as const;

const tiny = { ...fashion, baseChannels: 16, blocksPerLevel: 1, attentionResolutions: [] } as const;
const small = { ...fashion, baseChannels: 32, blocksPerLevel: 2, attentionResolutions: [14] } as const;
const shallow = { ...small, blocksPerLevel: 1 } as const;
const base = { ...small, baseChannels: 64 } as const;

const cifar10 = {
  imageSize: 32,
  channels: 3,
  baseChannels: 128,
  channelMultipliers: [1, 2, 2, 2],
  blocksPerLevel: 2,
  attentionResolutions: [16],
} as const;

const plane = { dim: 2, hidden: [128, 128, 128], timeWidth: 64 } as const;

/** Network configurations by name. */
export const presets = {
  /** 28×28 grey images on a laptop: generator 0.37 M, critic 0.20 M and denoiser 0.27 M parameters. */
  'fashion-mnist-tiny': {
    generator: { ...generator, ...tiny, latentDim: 64, latentWidth: 128, latentLayers: 2 },
    discriminator: { ...critic, widths: [16, 32, 64, 64], timeWidth: 64 },
    denoiser: { kind: 'ddpm-unet', ...tiny },
  },
  /** 28×28 grey images, twice as wide, with attention: generator 1.90 M, critic 0.81 M and denoiser 1.62 M parameters. */
  'fashion-mnist-small': {
    generator: { ...generator, ...small, latentDim: 64, latentWidth: 128, latentLayers: 3 },
    discriminator: { ...critic, widths: [32, 64, 128, 128], timeWidth: 128 },
    denoiser: { kind: 'ddpm-unet', ...small },
  },
  /** The same at four times the width, for a graphics card: generator 7.58 M, critic 3.22 M and denoiser 6.47 M parameters. */
  'fashion-mnist-base': {
    generator: { ...generator, ...base, latentDim: 100, latentWidth: 256, latentLayers: 3 },
    discriminator: { ...critic, widths: [64, 128, 256, 256], timeWidth: 256 },
    denoiser: { kind: 'ddpm-unet', ...base },
  },
  /** 28×28 grey images with the networks of the DDGAN paper made small: generator 1.82 M, critic 0.80 M and denoiser 1.11 M parameters. */
  'fashion-mnist-ncsnpp': {
    generator: {
      kind: 'ddgan-generator',
      style: 'ncsnpp',
      ...shallow,
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
    denoiser: { kind: 'ddpm-unet', ...shallow },
  },
  /** The networks of the DDGAN paper (48.43 M and 12.74 M parameters) and of the DDPM paper (35.75 M) for CIFAR-10. */
  cifar10: {
    generator: {
      kind: 'ddgan-generator',
      style: 'ncsnpp',
      ...cifar10,
      latentDim: 100,
      latentWidth: 256,
      latentLayers: 5, // one from the latent, four more
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
    denoiser: { kind: 'ddpm-unet', ...cifar10, dropout: 0.1 },
  },
  /** Points of the plane: generator, critic and denoiser of 0.04 M parameters each. */
  '25-gaussians': {
    generator: { kind: 'mlp-generator', ...plane, latentDim: 2 },
    discriminator: { kind: 'mlp-critic', ...plane },
    denoiser: { kind: 'mlp-denoiser', ...plane },
  },
} as const satisfies Record<string, Preset>;
