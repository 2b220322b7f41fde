import { presets } from '@diffgan/unet';
import type { RunPreset } from './run-preset.ts';

const { generator, discriminator: critic, denoiser } = presets['25-gaussians'];
const data = { name: 'gaussians25', count: 50_000, scale: 1 / (2 * Math.SQRT2) } as const;
const records = { metricEvery: 1000, metricCount: 10_000, pictureCount: 2000 };
const gan = {
  steps: 10_000,
  batch: 256,
  loss: 'gan',
  learningRate: { generator: 1e-4, critic: 5e-4 },
  finalLearningRate: 1e-5,
  r1: { gamma: 0, every: 1 },
  criticSteps: 4,
  adam: { beta1: 0, beta2: 0.9 },
  emaDecay: 0.999,
} as const;

/** Runs on 25 Gaussians, the toy problem of mode collapse. */
export const gaussians25Presets = {
  'gaussians25-ddgan': {
    about: 'denoising diffusion GAN of 25 Gaussians, T = 4',
    duration: 'about 10 minutes on two CPU cores',
    config: {
      ...{ task: 'ddgan', data, records, networks: { generator, critic }, training: gan },
      schedule: { name: 'vp', steps: 4 },
      sampling: { sampler: 'ddgan' },
    },
  },
  'gaussians25-gan': {
    about: 'plain GAN of 25 Gaussians: the same with T = 1',
    duration: 'about 10 minutes on two CPU cores',
    config: {
      ...{ task: 'ddgan', data, records, networks: { generator, critic }, training: gan },
      schedule: { name: 'vp', steps: 1 },
      sampling: { sampler: 'ddgan' },
    },
  },
  'gaussians25-ddpm': {
    about: 'DDPM of 25 Gaussians, cosine schedule of 100 steps',
    duration: 'about 3 minutes on two CPU cores',
    config: {
      ...{ task: 'ddpm', data, records, networks: { denoiser } },
      schedule: { name: 'cosine', steps: 100 },
      training: { steps: 10_000, batch: 256, learningRate: 1e-3, finalLearningRate: 1e-5, emaDecay: 0.999 },
      sampling: { sampler: 'ddpm' },
    },
  },
} as const satisfies Record<string, RunPreset>;
