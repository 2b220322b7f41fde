import { lossSettings, type Rates, recipe } from './recipe.ts';
import type { Json, Training } from './training.ts';

/** Settings on top of a preset by their paths. */
type Set = Readonly<Record<string, Json>>;

const suffix = (small: boolean) => (small ? '-small' : '');

/** What makes `fashion-mnist-small/denoiser` of that of the preset, so that more can be set of it. */
const smallDenoiser: Set = {
  'networks.denoiser.baseChannels': 32,
  'networks.denoiser.blocksPerLevel': 2,
  'networks.denoiser.attentionResolutions': [14],
};

/** A DDPM of Fashion-MNIST in so many steps, on the schedule that ends in noise for any number of them. */
export function ddpm({ steps, seed, small }: { steps: number; seed: number; small: boolean }): Training {
  return {
    name: `ddpm-${steps}${suffix(small)}`,
    preset: 'fashion-mnist-ddpm',
    set: {
      ...(small && smallDenoiser),
      ...{ 'schedule.name': 'vp', 'schedule.steps': steps, 'sampling.sampler': 'ddpm', 'sampling.steps': steps },
      ...{ 'records.metricEvery': 0, 'records.picturesEvery': 5000 },
    },
    seed,
  };
}

/** What makes a denoising diffusion GAN of Fashion-MNIST another one. */
export interface DdganChoice {
  readonly loss: string;
  readonly steps: number;
  readonly rates: Rates;
  readonly seed: number;
  readonly small: boolean;
  /** Further settings, and what they are called. */
  readonly variant?: { readonly name: string; readonly set: Set };
}

/** A denoising diffusion GAN of Fashion-MNIST. */
export function ddgan({ loss, steps, rates, seed, small, variant }: DdganChoice): Training {
  const networks = ['generator', 'critic'].map((name) => {
    const of = name === 'critic' ? 'discriminator' : name;
    return [`networks.${name}`, `fashion-mnist-small/${of}`];
  });
  return {
    name: ['ddgan', loss, steps, ...(variant ? [variant.name] : [])].join('-') + suffix(small),
    preset: recipe.preset,
    set: {
      ...recipe.set,
      ...(small && (Object.fromEntries(networks) as Set)),
      ...{ 'schedule.steps': steps, 'training.loss': loss },
      'training.learningRate': { generator: rates.generator, critic: rates.critic },
      ...lossSettings[loss],
      ...variant?.set,
    },
    seed,
  };
}
