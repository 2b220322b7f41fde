import type { Json } from './training.ts';

/** Learning rates of the two networks of a GAN. */
export interface Rates {
  readonly generator: number;
  readonly critic: number;
}

/** The recipe of all denoising diffusion GANs of Fashion-MNIST that the experiments train: here it changes for all of them. */
export const recipe = {
  preset: 'fashion-mnist-ddgan',
  /** On top of the preset. */
  set: { 'records.metricEvery': 0, 'records.picturesEvery': 4000 } as Readonly<Record<string, Json>>,
  /** Where the search for learning rates starts. */
  rates: { generator: 1e-3, critic: 5e-4 } as Rates,
} as const;

/** What a loss needs besides its name. */
export const lossSettings: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  // The Wasserstein critic is held by the gradient penalty of WGAN-GP in the place of R1.
  wgan: { 'training.r1': { gamma: 0 }, 'training.gradientPenalty': { lambda: 10 } },
};
