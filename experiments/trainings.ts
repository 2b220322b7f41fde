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

/** What a game of few calls starts from: a short DDPM of as many steps that predicts x̂0. */
function denoiserOfCalls({ calls, seed, small }: OfCalls): Training {
  const of = ddpm({ steps: calls, seed, small });
  const own = { 'schedule.name': 'cosine', 'training.steps': 4000, 'training.predicts': 'x0' };
  return { ...of, name: `ddpm-x0-${calls}${suffix(small)}`, set: { ...of.set, ...own } };
}

/** One step of squared error is a mean image, which covers nothing: a student of one call starts from a GAN. */
const startOf = (choice: OfCalls): Training =>
  choice.calls === 1
    ? ddgan({ loss: 'gan', steps: 1, rates: recipe.rates, seed: choice.seed, small: choice.small })
    : denoiserOfCalls(choice);

/** Networks that are wider than those of the preset of students, where they are. */
const widerStudent: Set = {
  'networks.generator': 'fashion-mnist-small/generator',
  'networks.fake': 'fashion-mnist-small/denoiser',
};
const widerEncoder: Set = {
  'networks.critic.baseChannels': 32,
  'networks.critic.blocksPerLevel': 2,
  'networks.critic.attentionResolutions': [14],
};

/** A student of the DDPM of 1000 steps. */
export function student({ divergence, ...choice }: OfCalls & { readonly divergence: string }): Training {
  const { calls, seed, small } = choice;
  return {
    name: `student-${divergence}-${calls}${suffix(small)}`,
    preset: 'fashion-mnist-distil',
    set: {
      ...(small && widerStudent),
      ...(small && divergence !== 'rkl' && widerEncoder),
      ...{ 'schedule.steps': calls, 'training.divergence': divergence },
      ...{ 'records.metricEvery': 0, 'records.picturesEvery': 1000 },
    },
    seed,
    teacher: ddpm({ steps: 1000, seed, small }),
    init: startOf(choice),
  };
}

/** A denoising diffusion GAN whose two networks start from a DDPM, the critic as its way down. */
export function ddganFromDenoiser(choice: OfCalls & { readonly steps: number }): Training {
  const { calls, steps, seed, small } = choice;
  const set: Set = {
    'networks.critic': {
      ...{ kind: 'ddgan-discriminator', style: 'unet-encoder', imageSize: 28, channels: 1, headResolutions: 'all' },
      ...{ baseChannels: 16, channelMultipliers: [1, 2, 2], blocksPerLevel: 1, attentionResolutions: [] },
    },
    ...(small && widerEncoder),
    ...{ schedule: { name: 'cosine', steps: calls }, 'training.steps': steps },
    'training.loss': { name: 'gan', relativistic: true },
    'training.adam': { beta1: 0, beta2: 0.99 },
    'training.r1': { gamma: 0.01, every: 10 },
    'training.r2': { gamma: 0.01, every: 10 },
    ...{ 'training.reconstruction': 10, 'training.reconstructionOf': 'eps', 'training.emaDecay': 0.998 },
  };
  const rates = { generator: 5e-5, critic: 1e-3 };
  const variant = { name: 'from-ddpm', set };
  return {
    ...ddgan({ loss: 'gan', steps: calls, rates, seed, small, variant }),
    init: startOf({ calls, seed, small }),
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
