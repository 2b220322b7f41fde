import type { DdpmUnetConfig, NoiseClassifierConfig } from '@diffgan/unet';

const common = { kind: 'ddpm-unet', blocksPerLevel: 2 } as const;

/** U-Nets of Ho et al. 2020, of Nichol & Dhariwal 2021 and for Fashion-MNIST, with the numbers of parameters of the authors' code for them. */
export const publishedUnets = {
  cifar10: {
    config: {
      ...common,
      imageSize: 32,
      channels: 3,
      baseChannels: 128,
      channelMultipliers: [1, 2, 2, 2],
      attentionResolutions: [16],
    },
    parameters: 35_746_307,
  },
  lsun256: {
    config: {
      ...common,
      imageSize: 256,
      channels: 3,
      baseChannels: 128,
      channelMultipliers: [1, 1, 2, 2, 4, 4],
      attentionResolutions: [16],
    },
    parameters: 113_673_219,
  },
  improvedCifar10: {
    config: {
      ...common,
      imageSize: 32,
      channels: 3,
      baseChannels: 128,
      channelMultipliers: [1, 2, 2, 2],
      blocksPerLevel: 3,
      attentionResolutions: [16, 8],
      dropout: 0.3,
      heads: 4,
      scaleShiftNorm: true,
      downPadding: 'around',
      epsilon: 1e-5,
      learnedVariance: true,
      cosineFirst: true,
      frequencyShift: 0,
    },
    parameters: 52_546_438,
  },
  fashion28: {
    config: {
      ...common,
      imageSize: 28,
      channels: 1,
      baseChannels: 64,
      channelMultipliers: [1, 2, 2],
      attentionResolutions: [14],
    },
    parameters: 6_469_889,
  },
  fashion28small: {
    config: {
      ...common,
      imageSize: 28,
      channels: 1,
      baseChannels: 32,
      channelMultipliers: [1, 2, 2],
      attentionResolutions: [14],
    },
    parameters: 1_623_169,
  },
} satisfies Record<string, { config: DdpmUnetConfig; parameters: number }>;

const guided = {
  kind: 'noise-classifier',
  channels: 3,
  classes: 1000,
  baseChannels: 128,
  blocksPerLevel: 2,
  attentionResolutions: [32, 16, 8],
  headChannels: 64,
  scaleShiftNorm: true,
  resampling: 'block',
  middle: 'attention',
  pool: 'attention',
  cosineFirst: true,
  frequencyShift: 0,
  groups: 32,
  epsilon: 1e-5,
} as const;

/** The classifiers of guided-diffusion, with the numbers of parameters of golden/make-openai.py at these widths. */
export const publishedClassifiers = {
  guided64: {
    config: { ...guided, imageSize: 64, channelMultipliers: [1, 2, 3, 4], blocksPerLevel: 4 },
    parameters: 65_438_568,
  },
  guided128: { config: { ...guided, imageSize: 128, channelMultipliers: [1, 1, 2, 3, 4] }, parameters: 42_568_040 },
  guided256: { config: { ...guided, imageSize: 256, channelMultipliers: [1, 1, 2, 2, 4, 4] }, parameters: 54_096_360 },
  guided512: {
    config: {
      ...guided,
      imageSize: 512,
      baseChannels: 64,
      timeChannels: 128,
      channelMultipliers: [1, 2, 2, 4, 4, 8, 8],
    },
    parameters: 54_448_360,
  },
} satisfies Record<string, { config: NoiseClassifierConfig; parameters: number }>;
