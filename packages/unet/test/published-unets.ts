import type { DdpmUnetConfig } from '@diffgan/unet';

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
