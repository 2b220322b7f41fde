import type { Experiment, How } from './experiment.ts';
import { table } from './markdown.ts';
import type { ScoresOf } from './measurement.ts';
import { bestRates } from './rates.ts';
import { scoresTable } from './score-tables.ts';
import { compare, formatSpread } from './spread.ts';
import type { Json } from './training.ts';
import { ddgan } from './trainings.ts';
import { ddganScores } from './x03-divergences.ts';

/** Ablations of a model of four steps. */
const ablations: Readonly<Record<string, { label: string; set: Readonly<Record<string, Json>>; predicts?: 'eps' }>> = {
  'one-shot-aug': {
    label: 'one shot, augmentation by diffusion',
    set: { 'training.oneShotAug': true, 'training.reconstruction': 0 },
  },
  'direct-denoising': { label: 'direct denoising', set: { 'training.directDenoising': true } },
  'noise-generation': { label: 'noise generation', set: { 'training.noiseGeneration': true }, predicts: 'eps' },
  'no-latent': { label: 'no latent', set: { 'training.noLatent': true } },
};

const ablated = (name: string, seed: number, how: How): ScoresOf => {
  const { set, predicts } = ablations[name];
  const variant = { name, set, predicts };
  return {
    ...{ kind: 'scores', name, sampling: { sampler: 'ddgan' }, count: 5000, seed: 1 },
    of: ddgan({ loss: 'gan', steps: 4, rates: bestRates('gan', how), seed, small: how.small, variant }),
  };
};

const steps = [1, 2, 4, 8] as const;
const rows: readonly (readonly [label: string, name: string])[] = [
  ...steps.map((T) => [`T = ${T}`, `gan-${T}`] as const),
  ...Object.entries(ablations).map(([name, { label }]) => [label, name] as const),
];

/** IS, FID, recall. */
const reported: Readonly<Record<string, readonly number[]>> = {
  'gan-1': [8.93, 14.6, 0.19],
  'gan-2': [9.8, 4.08, 0.54],
  'gan-4': [9.63, 3.75, 0.57],
  'gan-8': [9.43, 4.36, 0.56],
  'one-shot-aug': [8.96, 13.2, 0.25],
  'direct-denoising': [9.1, 6.03, 0.53],
  'noise-generation': [8.79, 8.04, 0.52],
  'no-latent': [8.37, 20.6, 0.42],
};

export const x22: Experiment = {
  id: 'X22',
  title: 'Denoising diffusion GAN: ablations',
  paper: 'Xiao, Kreis, Vahdat 2022, table 2',
  network: 'fashion-mnist-tiny',
  hours: 2.5,
  reported: reported,
  plan: (how: How) =>
    how.seeds.flatMap((seed) => [
      ...steps.map((T) => ddganScores('gan', T, seed, how)),
      ...Object.keys(ablations).map((name) => ablated(name, seed, how)),
    ]),
  sheets: [
    {
      file: 'samples.png',
      caption: `Uncurated samples; from top to bottom ${rows.map(([label]) => label).join('; ')}.`,
      rows: rows.map(([, name]) => name),
      columns: 14,
    },
  ],
  page: (results) => {
    const theirs = results.reported<typeof reported>();
    const whole = results.fid('gan-4');
    const told = rows.flatMap(([label, name]) => {
      const fid = results.fid(name);
      if (!fid || !whole || name === 'gan-4') return [];
      const { difference, clear } = compare(whole, fid);
      return [
        `${label} is ${clear ? (difference > 0 ? 'worse' : 'better') : 'no clear change'} (${formatSpread(fid)})`,
      ];
    });
    return {
      about:
        'The number of steps, and four ways to leave out what makes the model: augmentation by diffusion instead of steps, a critic of x̂0 instead of x_{t−1}, a generator of noise instead of images, no latent.',
      verdict:
        whole && told.length > 0
          ? `Against FID ${formatSpread(whole)} at T = 4: ${told.join('; ')}. In the paper all are worse than T = 4.`
          : 'Not enough of it has been run to say anything.',
      body: [
        scoresTable(results, rows),
        `The paper, CIFAR-10:\n\n${table(
          ['', 'IS', 'FID', 'recall'],
          rows.map(([label, name]) => [label, ...theirs[name].map(String)]),
        )}`,
      ],
      differs: [
        'The paper does not define its ablations in detail; the definitions here are those of `trainDdgan`.',
        'All but the one-shot generator have the recipe of T = 4, its reconstruction term included: that one sees no x_t of the data, and so has none.',
        'Fashion-MNIST and small networks.',
      ],
    };
  },
};
