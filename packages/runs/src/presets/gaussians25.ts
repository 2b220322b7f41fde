import { presets } from '@diffgan/unet';
import { isJsonObject, type JsonObject } from '../config/merge.ts';
import { asksCritic } from './asks-critic.ts';
import type { PresetConfig, RunPreset } from './run-preset.ts';

const { generator, discriminator: critic, denoiser } = presets['25-gaussians'];

/** Perceptrons learn slowly what changes over a small part of the range of their inputs: here modes are 8 apart and 0.2 wide. */
const data = { name: 'gaussians25', count: 50_000, scale: 4 } as const;
const records = { metricEvery: 1000, metricCount: 10_000, pictureCount: 1000 };

/** Levels of noise √(1/ᾱ − 1) of 0.3, 0.7 and 1.65 half distances of modes, then noise: each leaves doubt between neighbours only. */
const betas = [0.6, 0.72, 0.8, 0.998];
/** As much noise in one step. */
const oneBeta = [1 - 4.48e-5];

const gan = {
  steps: 20_000,
  batch: 256,
  loss: 'gan',
  learningRate: { generator: 1e-3, critic: 1e-3 },
  finalLearningRate: 1e-5,
  r1: { gamma: 0 },
  adam: { beta1: 0, beta2: 0.9 },
  emaDecay: 0.999,
} as const;

/** The best critic of these losses is infinite, or only a direction, unless its slopes cost something. */
const lossesWithoutBest: readonly unknown[] = ['tv', 'wgan'];
const slopesCost = { gradientPenalty: { lambda: 0.3, target: 0 } };

const ganOf =
  (schedule: readonly number[]) =>
  (given: JsonObject): PresetConfig => ({
    ...{ task: 'ddgan', data, records, networks: { generator, critic } },
    schedule: { name: 'betas', betas: schedule },
    training: { ...gan, ...(lossesWithoutBest.includes(lossOf(given)) && slopesCost) },
    sampling: { sampler: 'ddgan' },
  });

function lossOf({ training }: JsonObject) {
  const loss = isJsonObject(training) ? training.loss : undefined;
  return isJsonObject(loss) ? loss.name : loss;
}

/** A student of four calls, with a critic where what it lowers asks for one. */
const studentOf = ({ training }: JsonObject): PresetConfig => ({
  ...{ task: 'distil', teacher: '', data, records },
  networks: { generator, fake: denoiser, ...(asksCritic(training) && { critic }) },
  schedule: { name: 'betas', betas },
  training: {
    steps: 10_000,
    batch: 256,
    learningRate: { generator: 3e-4, fake: 1e-3, critic: 1e-3 },
    finalLearningRate: { generator: 3e-5, fake: 1e-4, critic: 1e-4 }, // which fall alike
    emaDecay: 0.999,
  },
  sampling: { sampler: 'ddgan' },
});

/** Runs on 25 Gaussians, the toy problem of mode collapse. */
export const gaussians25Presets = {
  'gaussians25-ddgan': {
    about: 'denoising diffusion GAN of 25 Gaussians, T = 4',
    duration: 'about 3 minutes on two CPU cores',
    config: ganOf(betas),
  },
  'gaussians25-gan': {
    about: 'plain GAN of 25 Gaussians: the same with T = 1',
    duration: 'about 2 minutes on two CPU cores',
    config: ganOf(oneBeta),
  },
  'gaussians25-ddpm': {
    about: 'DDPM of 25 Gaussians, cosine schedule of 100 steps',
    duration: 'about a minute on two CPU cores',
    config: {
      ...{ task: 'ddpm', data, records, networks: { denoiser } },
      schedule: { name: 'cosine', steps: 100 },
      training: { steps: 20_000, batch: 256, learningRate: 1e-3, finalLearningRate: 1e-5, emaDecay: 0.999 },
      sampling: { sampler: 'ddpm' },
    },
  },
  'gaussians25-distil': {
    about:
      'student of gaussians25-ddpm, its teacher, T = 4; give it an init that covers, since from fresh weights it falls into one mode',
    duration: 'about 10 minutes on two CPU cores',
    config: studentOf,
  },
} as const satisfies Record<string, RunPreset>;
