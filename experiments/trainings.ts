import { lossSettings, type Rates, recipe } from './recipe.ts';
import type { Json, Training } from './training.ts';

/** Settings on top of a preset by their paths. */
type Set = Readonly<Record<string, Json>>;

/** What all trainings on images have in common: products of bfloat16 where the processor gains by them, and float32 where it does not. */
const onImages: Set = { 'training.precision': 'bfloat16' };

const suffix = (small: boolean) => (small ? '-small' : '');

/** What makes a U-Net of the presets, or a part of it, one of `fashion-mnist-small`, so that more can be set of it. */
const widened = (network: string): Set => ({
  [`networks.${network}.baseChannels`]: 32,
  [`networks.${network}.blocksPerLevel`]: 2,
  [`networks.${network}.attentionResolutions`]: [14],
});

/** A DDPM of Fashion-MNIST in so many steps, on the schedule that ends in noise for any number of them. */
export function ddpm({ steps, seed, small }: { steps: number; seed: number; small: boolean }): Training {
  return {
    name: `ddpm-${steps}${suffix(small)}`,
    preset: 'fashion-mnist-ddpm',
    set: {
      ...onImages,
      ...(small && widened('denoiser')),
      ...{ 'schedule.name': 'vp', 'schedule.steps': steps, 'sampling.sampler': 'ddpm', 'sampling.steps': steps },
      ...{ 'records.metricEvery': 0, 'records.picturesEvery': 5000 },
    },
    seed,
  };
}

/** Worse versions of the DDPM of 1000 steps, for autoguidance: an earlier one, and a smaller one. */
export const worseDdpms = {
  earlier: { 'training.steps': 1500 },
  smaller: { 'networks.denoiser.baseChannels': 8 },
} as const satisfies Record<string, Set>;

/** One of them. */
export function worseDdpm(how: keyof typeof worseDdpms, choice: { seed: number; small: boolean }): Training {
  const of = ddpm({ steps: 1000, ...choice });
  return { ...of, name: `ddpm-1000-${how}${suffix(choice.small)}`, set: { ...of.set, ...worseDdpms[how] } };
}

/** Numbers of calls of the students. */
export const studentCalls = [1, 2, 4] as const;

interface OfCalls {
  readonly calls: number;
  readonly seed: number;
  readonly small: boolean;
}

/** What a game of few calls starts from: a short DDPM of as many steps that predicts what the generator puts out. */
function denoiserOfCalls({ calls, seed, small }: OfCalls, predicts: 'x0' | 'eps' = 'x0'): Training {
  const of = ddpm({ steps: calls, seed, small });
  const own = { 'schedule.name': 'cosine', 'training.steps': 4000, 'training.predicts': predicts };
  return { ...of, name: `ddpm-${predicts}-${calls}${suffix(small)}`, set: { ...of.set, ...own } };
}

/** One step of squared error is a mean image, which covers nothing: a student of one call starts from a GAN. */
const startOf = (choice: OfCalls): Training =>
  choice.calls === 1
    ? ddgan({ loss: 'gan', steps: 1, rates: recipe.rates, seed: choice.seed, small: choice.small })
    : denoiserOfCalls(choice);

/** A student of the DDPM of 1000 steps. */
export function student({ divergence, ...choice }: OfCalls & { readonly divergence: string }): Training {
  const { calls, seed, small } = choice;
  return {
    name: `student-${divergence}-${calls}${suffix(small)}`,
    preset: 'fashion-mnist-distil',
    set: {
      ...onImages,
      ...(small && { ...widened('generator'), ...widened('fake') }),
      ...(small && divergence !== 'rkl' && widened('critic')),
      ...{ 'schedule.steps': calls, 'training.divergence': divergence },
      ...{ 'records.metricEvery': 0, 'records.picturesEvery': 1000 },
    },
    seed,
    teacher: ddpm({ steps: 1000, seed, small }),
    init: startOf(choice),
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
  readonly variant?: { readonly name: string; readonly set: Set; readonly predicts?: 'eps' };
}

/** A denoising diffusion GAN of Fashion-MNIST by the recipe. */
export function ddgan({ loss, steps, rates, seed, small, variant }: DdganChoice): Training {
  const { scratch } = recipe;
  const alone = steps === 1;
  const generator = alone ? scratch.generatorRate * rates.generator : rates.generator;
  return {
    name: ['ddgan', loss, steps, ...(variant ? [variant.name] : [])].join('-') + suffix(small),
    preset: recipe.preset,
    set: {
      ...onImages,
      ...recipe.set,
      ...(alone && scratch.set),
      ...(small && { ...widened('generator'), ...widened('critic') }),
      ...{ 'schedule.steps': steps, 'training.loss': loss },
      'training.learningRate': { generator, critic: rates.critic },
      // The two fall alike: where both ended at one rate, the score was seen to get worse towards the end.
      'training.finalLearningRate': { generator: generator / 10, critic: rates.critic / 10 },
      ...lossSettings[loss],
      ...variant?.set,
    },
    seed,
    ...(!alone && { init: denoiserOfCalls({ calls: steps, seed, small }, variant?.predicts) }),
  };
}

/** A denoising diffusion GAN by the preset alone, whose networks start from nothing. */
export function ddganFromScratch({ calls, steps, seed, small }: OfCalls & { readonly steps: number }): Training {
  const networks: Set = {
    'networks.generator': 'fashion-mnist-small/generator',
    'networks.critic': 'fashion-mnist-small/discriminator',
  };
  const records = { 'records.metricEvery': 0, 'records.picturesEvery': 4000 };
  return {
    name: `ddgan-scratch-${calls}${suffix(small)}`,
    preset: recipe.preset,
    set: { ...onImages, ...records, ...(small && networks), 'schedule.steps': calls, 'training.steps': steps },
    seed,
  };
}
