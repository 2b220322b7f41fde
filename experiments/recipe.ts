import type { Json } from './training.ts';

/** Learning rates of the two networks of a GAN. */
export interface Rates {
  readonly generator: number;
  readonly critic: number;
}

/**
 * The recipe of all denoising diffusion GANs of Fashion-MNIST that the experiments train: here it changes for all of them. Both networks
 * start from a short DDPM of as many steps that predicts x̂0, the critic as its way down; docs/results/recipe.md has the trials.
 */
export const recipe = {
  preset: 'fashion-mnist-ddgan',
  /** On top of the preset. */
  set: {
    'networks.critic': {
      ...{ kind: 'ddgan-discriminator', style: 'unet-encoder', imageSize: 28, channels: 1, headResolutions: 'all' },
      ...{ baseChannels: 16, channelMultipliers: [1, 2, 2], blocksPerLevel: 1, attentionResolutions: [] },
    },
    'networks.generator.tanh': false, // the denoiser that it starts from has none
    ...{ 'schedule.name': 'cosine', 'training.steps': 4500 }, // with its start, as long as the DDPM of 1000 steps takes
    'training.adam': { beta1: 0, beta2: 0.99 },
    'training.r1': { gamma: 0.01, every: 10 },
    ...{ 'training.reconstruction': 10, 'training.reconstructionOf': 'eps', 'training.emaDecay': 0.998 },
    ...{ 'records.metricEvery': 0, 'records.picturesEvery': 1500 },
  } as Readonly<Record<string, Json>>,
  /** Where the search for learning rates starts. */
  rates: { generator: 1e-4, critic: 8e-4 } as Rates,
  /** T = 1 has nothing to start from, as one step of squared error is a mean image: it trains as long as the others with their start. */
  scratch: { set: { 'training.steps': 7000 } as Readonly<Record<string, Json>>, generatorRate: 10 },
} as const;

/** What a loss needs besides its name. */
export const lossSettings: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  // The Wasserstein critic is held by the gradient penalty of WGAN-GP in the place of R1.
  wgan: { 'training.r1': { gamma: 0 }, 'training.gradientPenalty': { lambda: 10 } },
};
