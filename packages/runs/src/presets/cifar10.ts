import { presets } from '@diffgan/unet';
import type { RunPreset } from './run-preset.ts';

const { generator, discriminator: critic, denoiser } = presets.cifar10;
const data = { name: 'cifar10' } as const;

/** Runs on CIFAR-10 with the networks and figures of the papers. */
export const cifar10Presets = {
  'cifar10-ddgan': {
    about: 'the denoising diffusion GAN of the paper, T = 4: 48 M and 13 M parameters, batch 256',
    duration: 'days on a graphics card',
    config: {
      ...{ task: 'ddgan', data, networks: { generator, critic } },
      schedule: { name: 'vp', steps: 4 },
      training: {
        steps: 351_000, // 1800 epochs of 195 batches
        batch: 256,
        learningRate: { generator: 1.6e-4, critic: 1.25e-4 },
        finalLearningRate: 1e-5,
        r1: { gamma: 0.02, every: 15 },
        emaDecay: 0.9999,
        flip: true,
      },
      sampling: { sampler: 'ddgan' },
    },
  },
  'cifar10-ddpm': {
    about: 'the DDPM of the paper: 36 M parameters, linear schedule of 1000 steps, batch 128',
    duration: 'days on a graphics card',
    config: {
      ...{ task: 'ddpm', data, networks: { denoiser } },
      schedule: { name: 'linear', steps: 1000 },
      training: {
        steps: 800_000,
        batch: 128,
        learningRate: 2e-4,
        finalLearningRate: 2e-4,
        warmup: 5000,
        clipNorm: 1,
        emaDecay: 0.9999,
        flip: true,
      },
      sampling: { sampler: 'ddim', steps: 100 },
    },
  },
} as const satisfies Record<string, RunPreset>;
