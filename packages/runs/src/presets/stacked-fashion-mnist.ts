import { presets } from '@diffgan/unet';
import type { RunPreset } from './run-preset.ts';

const { generator, discriminator: critic } = presets['fashion-mnist-tiny'];

/** Runs on images of three pieces of clothing, one a colour: 1000 modes. */
export const stackedFashionMnistPresets = {
  'stacked-fashion-mnist-ddgan': {
    about: 'denoising diffusion GAN of images with 1000 modes, T = 4',
    duration: 'about two hours on two CPU cores',
    config: {
      task: 'ddgan',
      data: { name: 'stacked-fashion-mnist' },
      networks: { generator: { ...generator, channels: 3, baseChannels: 24 }, critic: { ...critic, channels: 3 } },
      schedule: { name: 'vp', steps: 4 },
      training: {
        steps: 10_000,
        batch: 32,
        loss: 'gan',
        learningRate: { generator: 1e-3, critic: 5e-4 },
        finalLearningRate: 1e-5,
        r1: { gamma: 0.2, every: 10 },
        emaDecay: 0.999,
      },
      records: { metricEvery: 2000, metricCount: 2000 },
      sampling: { sampler: 'ddgan' },
    },
  },
} as const satisfies Record<string, RunPreset>;
