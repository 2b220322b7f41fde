import type { Experiment, How } from './experiment.ts';
import { table } from './markdown.ts';
import type { BitsOf, Measurement, ScoresOf } from './measurement.ts';
import type { Results } from './results.ts';
import type { Sampling } from './sampling.ts';
import { formatSpread } from './spread.ts';
import type { Json, Training } from './training.ts';
import { ddpm } from './trainings.ts';

interface Row {
  readonly name: string;
  readonly label: string;
  readonly set: Readonly<Record<string, Json>>;
  readonly variance: 'fixedLarge' | 'learned';
}

const learned = { 'networks.denoiser.learnedVariance': true, 'training.variance': 'learned' };

/** What is predicted, and what is minimised. */
const rows: readonly Row[] = [
  {
    name: 'mean-vlb-learned',
    label: 'μ̃, L, learned Σ',
    set: { 'training.predicts': 'mean', 'training.objective': 'vlb', ...learned },
    variance: 'learned',
  },
  {
    name: 'mean-vlb',
    label: 'μ̃, L, fixed Σ',
    set: { 'training.predicts': 'mean', 'training.objective': 'vlb' },
    variance: 'fixedLarge',
  },
  { name: 'mean-simple', label: '‖μ̃ − μ‖²', set: { 'training.predicts': 'mean' }, variance: 'fixedLarge' },
  {
    name: 'eps-vlb-learned',
    label: 'ε, L, learned Σ',
    set: { 'training.objective': 'vlb', ...learned },
    variance: 'learned',
  },
  { name: 'eps-vlb', label: 'ε, L, fixed Σ', set: { 'training.objective': 'vlb' }, variance: 'fixedLarge' },
  { name: 'eps-simple', label: 'ε, L_simple', set: {}, variance: 'fixedLarge' },
];

/** The last row is the DDPM of X1. */
function trainingOf({ name, set }: Row, seed: number, small: boolean): Training {
  const base = ddpm({ steps: 1000, seed, small });
  if (Object.keys(set).length === 0) return base;
  const sampling = { ...('training.predicts' in set && { 'sampling.predicts': set['training.predicts'] }) };
  return { ...base, name: `${base.name}-${name}`, set: { ...base.set, ...set, ...sampling } };
}

const scoresOf = (row: Row, seed: number, small: boolean): ScoresOf => {
  const sampling: Sampling = {
    sampler: 'ddpm',
    steps: 1000,
    ...(row.variance === 'learned' && { variance: 'learned' }),
  };
  return { kind: 'scores', name: row.name, of: trainingOf(row, seed, small), sampling, count: 5000, seed: 1 };
};

const bitsOf = (row: Row, split: 'train' | 'test', seed: number, small: boolean): BitsOf => ({
  ...{ kind: 'bits', name: `${row.name}-${split}`, of: trainingOf(row, seed, small), split, count: 500, seed: 1 },
});

/** `7.28 ± 0.10`. */
interface Reported {
  readonly is: string;
  readonly fid: number | string;
  readonly bits?: string;
}

const table1: Readonly<Record<string, Reported>> = {
  'eps-vlb': { is: '7.67 ± 0.13', fid: 13.51, bits: '≤ 3.70 (3.69)' },
  'eps-simple': { is: '9.46 ± 0.11', fid: 3.17, bits: '≤ 3.75 (3.72)' },
};
const table2: Readonly<Record<string, Reported>> = {
  'mean-vlb-learned': { is: '7.28 ± 0.10', fid: 23.69 },
  'mean-vlb': { is: '8.06 ± 0.09', fid: 13.22 },
  'mean-simple': { is: '–', fid: 'unstable' },
  'eps-vlb-learned': { is: '–', fid: 'unstable' },
  'eps-vlb': { is: '7.67 ± 0.13', fid: 13.51 },
  'eps-simple': { is: '9.46 ± 0.11', fid: 3.17 },
};

const bitsText = (results: Results, name: string, digits = 3) =>
  formatSpread(
    results.spread('bits', name, ({ total }) => total.mean, ({ total }) => total.standardError), // prettier-ignore
    digits,
  );

const ours = (results: Results, row: Row): string[] => {
  const name = trainingOf(row, 0, results.file.small).name;
  const diverged = results.file.trainings.some((one) => one.name === name && one.diverged !== undefined);
  if (diverged) return ['–', 'diverged'];
  return [
    formatSpread(
      results.spread('scores', row.name, ({ is }) => is),
      2,
    ),
    formatSpread(results.fid(row.name)),
  ];
};

const chosen = (names: readonly string[]) => rows.filter(({ name }) => names.includes(name));
const x6Rows = chosen(['eps-vlb', 'eps-simple']);

/** Which of two has the better samples, and which the better code. */
function trade(results: Results): string {
  const [vlb, simple] = ['eps-vlb', 'eps-simple'].map((name) => ({
    fid: results.fid(name),
    bits: results.spread('bits', `${name}-test`, ({ total }) => total.mean),
  }));
  if (!vlb.fid || !simple.fid || !vlb.bits || !simple.bits) return 'Not enough of it has been run to say anything.';
  const samples = simple.fid.mean < vlb.fid.mean ? 'better' : 'worse';
  const code = simple.bits.mean > vlb.bits.mean ? 'longer' : 'shorter';
  const as = samples === 'better' && code === 'longer' ? 'As in the paper' : 'Unlike in the paper';
  return `${as}, L_simple gives ${samples} samples than L (FID ${formatSpread(simple.fid)} against ${formatSpread(vlb.fid)}) and a ${code} code (${simple.bits.mean.toFixed(3)} against ${vlb.bits.mean.toFixed(3)} bits/dim of the test set).`;
}

const differs = [
  'Fashion-MNIST, a network of 0.27 M parameters and 10 000 steps instead of CIFAR-10, 35.7 M and 800 000; the classifier of the scores is one of Fashion-MNIST. What can be compared is the order.',
  'The schedule is `vp` at T = 1000, close to the linear one of the paper; the row of L_simple is the network of X1.',
];

export const x6: Experiment = {
  id: 'X6',
  title: 'DDPM: samples and code length of L and L_simple',
  paper: 'Ho, Jain, Abbeel 2020, table 1',
  network: 'fashion-mnist-tiny',
  hours: 2.5,
  reported: { ours: table1, testSetFid: 5.24 },
  plan: ({ seeds, small }: How) =>
    seeds.flatMap((seed) =>
      x6Rows.flatMap((row): Measurement[] => [
        scoresOf(row, seed, small),
        bitsOf(row, 'test', seed, small),
        bitsOf(row, 'train', seed, small),
      ]),
    ),
  page: (results) => {
    const theirs = results.reported<{ ours: typeof table1 }>().ours;
    return {
      about:
        'The variational bound L weighs every step as the likelihood does; L_simple weighs steps of much noise more. Both train the same network.',
      verdict: trade(results),
      body: [
        table(
          ['', 'IS', 'FID-fashion', 'bits/dim test (train)', 'paper: IS', 'FID', 'bits/dim test (train)'],
          x6Rows.map((row) => [
            row.label,
            ...ours(results, row),
            `≤ ${bitsText(results, `${row.name}-test`)} (${bitsText(results, `${row.name}-train`)})`,
            theirs[row.name].is,
            String(theirs[row.name].fid),
            theirs[row.name].bits ?? '',
          ]),
        ),
      ],
      differs,
    };
  },
};

export const x7: Experiment = {
  id: 'X7',
  title: 'DDPM: what to predict and what to minimise',
  paper: 'Ho, Jain, Abbeel 2020, table 2',
  network: 'fashion-mnist-tiny',
  hours: 6,
  reported: table2,
  plan: ({ seeds, small }: How) => seeds.flatMap((seed) => rows.map((row) => scoresOf(row, seed, small))),
  page: (results) => {
    const theirs = results.reported<typeof table2>();
    const found = rows.flatMap((row) => {
      const fid = results.fid(row.name);
      return fid ? [{ row, fid }] : [];
    });
    const best = found.reduce<(typeof found)[number] | undefined>(
      (a, b) => (a && a.fid.mean <= b.fid.mean ? a : b),
      undefined,
    );
    return {
      about:
        'Networks that predict the mean of the reverse step or the noise, trained by the bound with fixed or learned variance, or by a squared error.',
      verdict:
        best === undefined || found.length < 2
          ? 'Not enough of it has been run to say anything.'
          : `The lowest FID, ${formatSpread(best.fid)}, has the row ${best.row.label}; in the paper it is ε, L_simple.`,
      body: [
        table(
          ['', 'IS', 'FID-fashion', 'paper: IS', 'FID'],
          rows.map((row) => [row.label, ...ours(results, row), theirs[row.name].is, String(theirs[row.name].fid)]),
        ),
      ],
      differs,
    };
  },
};
