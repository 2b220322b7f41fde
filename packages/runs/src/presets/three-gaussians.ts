import type { RunPreset } from './run-preset.ts';

const data = { name: 'three-gaussians', count: 100_000 } as const;
const schedule = { name: 'linear', steps: 100, scale: 10 } as const;
const shape = { dim: 2, hidden: [128, 128, 128], timeWidth: 32, classes: 3 } as const;
const records = { pictureCount: 2000 };
const training = { batch: 512, learningRate: 2e-3, finalLearningRate: 1e-5, emaDecay: 0.999 } as const;

/** Runs on three Gaussians, each a class, on which guidance can be looked at. */
export const threeGaussiansPresets = {
  'three-gaussians': {
    about: 'DDPM of three Gaussians that is told the class, one time in four not: for guidance without a classifier',
    duration: 'about a minute on two CPU cores',
    config: {
      ...{ task: 'ddpm', data, records, schedule },
      networks: { denoiser: { kind: 'mlp-denoiser', ...shape, nullClass: true } },
      training: { ...training, steps: 12_000, labelDropping: 0.25 },
      sampling: { sampler: 'ddpm' },
    },
  },
  'three-gaussians-classifier': {
    about: 'classifier of noised points of three Gaussians, the guide of a DDPM on the same schedule',
    duration: 'half a minute on two CPU cores',
    config: {
      ...{ task: 'classifier', data, records, schedule },
      networks: { classifier: { kind: 'mlp-classifier', ...shape } },
      training: { ...training, steps: 4000 },
      sampling: { sampler: 'ddpm' },
    },
  },
} as const satisfies Record<string, RunPreset>;
