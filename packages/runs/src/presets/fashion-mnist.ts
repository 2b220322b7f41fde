import { presets, type UnetEncoderDiscriminatorConfig } from '@diffgan/unet';
import type { JsonObject } from '../config/merge.ts';
import { asksCritic } from './asks-critic.ts';
import type { PresetConfig, RunPreset } from './run-preset.ts';
import { trunkOfTeacher } from './trunk-of-teacher.ts';

const { generator, discriminator: critic, denoiser } = presets['fashion-mnist-tiny'];
const data = { name: 'fashion-mnist' } as const;
const schedule = { name: 'cosine', steps: 1000 } as const;
const scored = { records: { metricEvery: 2000, metricCount: 500 } };
const ddpmTraining = {
  steps: 10_000,
  batch: 64,
  learningRate: 1e-3,
  finalLearningRate: 1e-5,
  warmup: 200,
  emaDecay: 0.999,
};

/** The way down of the denoiser, from which a critic may start. */
const encoder: UnetEncoderDiscriminatorConfig = {
  ...{ kind: 'ddgan-discriminator', style: 'unet-encoder', imageSize: 28, channels: 1, headResolutions: 'all' },
  ...{ baseChannels: 16, channelMultipliers: [1, 2, 2], blocksPerLevel: 1, attentionResolutions: [] },
};

/** A student of the U-Net of its teacher, with a critic where what it lowers asks for one. */
async function studentOf({ training, teacher }: JsonObject): Promise<PresetConfig> {
  const like = await trunkOfTeacher(teacher);
  return {
    ...{ task: 'distil', teacher: '', data },
    networks: {
      generator: { ...generator, tanh: false, ...like?.trunk }, // as the denoiser that it starts from
      fake: { ...denoiser, ...like?.denoiser },
      ...(asksCritic(training) && { critic: { ...encoder, ...like?.trunk } }),
    },
    records: { metricEvery: 500, metricCount: 1000 },
    schedule: { name: 'cosine', steps: 4 },
    training: {
      steps: 4000,
      batch: 32,
      learningRate: { generator: 3e-5, fake: 4e-4, critic: 4e-4 },
      fakeSteps: 3, // a fake denoiser that lags behind leads the student astray
      // A tenth of each: were they to end alike, the fake denoiser would lag at the end.
      finalLearningRate: { generator: 3e-6, fake: 4e-5, critic: 4e-5 },
      emaDecay: 0.998,
    },
    sampling: { sampler: 'ddgan' },
  };
}

/** Runs on Fashion-MNIST. */
export const fashionMnistPresets = {
  'fashion-mnist-ddpm': {
    about: 'DDPM, cosine schedule of 1000 steps, drawn with DDIM in 25',
    duration: 'about an hour on two CPU cores',
    config: {
      ...{ task: 'ddpm', data, networks: { denoiser }, schedule, ...scored },
      training: ddpmTraining,
      sampling: { sampler: 'ddim', steps: 25 },
    },
  },
  'fashion-mnist-edm': {
    about: 'the same network in the form of EDM, trained on all levels of noise, drawn with Heun in 18 steps, 35 calls',
    duration: 'about an hour on two CPU cores',
    config: {
      ...{ task: 'ddpm', data, networks: { denoiser }, ...scored },
      schedule: { name: 'edm', steps: 1000 },
      training: { ...ddpmTraining, predicts: 'edm' },
      sampling: { sampler: 'heun', steps: 18, spacing: 'karras', predicts: 'edm' },
    },
  },
  'fashion-mnist-ddgan': {
    about: 'denoising diffusion GAN, T = 4',
    duration: 'about 40 minutes on two CPU cores',
    config: {
      ...{ task: 'ddgan', data, networks: { generator, critic } },
      records: { metricEvery: 1000, metricCount: 1000 },
      schedule: { name: 'vp', steps: 4 },
      training: {
        steps: 8000,
        batch: 32,
        loss: 'gan',
        learningRate: { generator: 1e-3, critic: 5e-4 },
        finalLearningRate: 1e-5,
        r1: { gamma: 0.2, every: 10 },
        reconstruction: 1, // clothes after minutes; the paper, with many more steps, has none
        emaDecay: 0.999,
      },
      sampling: { sampler: 'ddgan' },
    },
  },
  'fashion-mnist-distil': {
    about:
      'student of a DDPM that draws in T = 4 calls, of the same U-Net; give the folder of fashion-mnist-ddpm as teacher',
    duration: 'about an hour on two CPU cores',
    config: studentOf,
  },
  'fashion-mnist-quickstart': {
    about: 'denoising diffusion GAN, T = 4, made in minutes of the DDPM of four steps that ships',
    duration: 'about 5 minutes on two CPU cores: what diffgan quickstart trains, in as many steps as there is time for',
    config: {
      task: 'ddgan',
      init: 'fashion-mnist-ddpm-4',
      data,
      networks: { generator: { ...generator, tanh: false }, critic: encoder }, // as the denoiser that they start from
      records: { pictureCount: 20, validationEvery: 0, metricCount: 2000 },
      schedule: { name: 'cosine', steps: 4 },
      training: {
        steps: 1200,
        batch: 32,
        adam: { beta1: 0, beta2: 0.99 },
        loss: { name: 'gan', relativistic: true },
        learningRate: { generator: 1e-4, critic: 8e-4 },
        finalLearningRate: { generator: 1e-5, critic: 8e-5 },
        r1: { gamma: 0.01, every: 10 },
        r2: { gamma: 0.01, every: 10 },
        reconstruction: 10,
        reconstructionOf: 'eps',
        emaDecay: 0.99,
      },
      sampling: { sampler: 'ddgan' },
    },
  },
  'fashion-mnist-vdm': {
    about: 'variational diffusion model with a learned noise schedule, in bits per dimension',
    duration: 'about two hours on two CPU cores',
    config: {
      ...{ task: 'vdm', data },
      networks: {
        denoiser: { kind: 'vdm-denoiser', imageSize: 28, channels: 1, baseChannels: 16, blocks: 3 },
      },
      schedule: { name: 'gamma', kind: 'monotone' },
      training: {
        steps: 10_000,
        batch: 32,
        learningRate: { denoiser: 1e-3, gamma: 1e-3 },
        finalLearningRate: 1e-5,
        warmup: 200,
        emaDecay: 0.999,
        adam: { beta1: 0.9, beta2: 0.99, weightDecay: 0.01 },
      },
      sampling: { sampler: 'vdm', steps: 50 },
    },
  },
  'fashion-mnist-conditional': {
    about: 'DDPM that is told the class, one time in ten not: for guidance without a classifier',
    duration: 'about an hour on two CPU cores',
    config: {
      ...{ task: 'ddpm', data, schedule },
      records: { ...scored.records, pictureCount: 100 }, // a class per column
      networks: { denoiser: { ...denoiser, classes: 10, nullClass: true } },
      training: { ...ddpmTraining, labelDropping: 0.1 },
      sampling: { sampler: 'ddim', steps: 25, guidance: 1 },
    },
  },
  'fashion-mnist-classifier': {
    about: 'classifier of noised images, the guide of a DDPM on the same schedule',
    duration: 'about 15 minutes on two CPU cores',
    config: {
      ...{ task: 'classifier', data, schedule },
      networks: {
        classifier: {
          ...{ kind: 'noise-classifier', imageSize: 28, channels: 1, classes: 10 },
          ...{ baseChannels: 16, channelMultipliers: [1, 2, 2], blocksPerLevel: 1, attentionResolutions: [] },
        },
      },
      training: { steps: 4000, batch: 64, learningRate: 1e-3, finalLearningRate: 1e-5, emaDecay: 0.999 },
      sampling: { sampler: 'ddim', steps: 25 },
    },
  },
} as const satisfies Record<string, RunPreset>;
