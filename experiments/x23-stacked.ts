import type { Experiment, How } from './experiment.ts';
import { table } from './markdown.ts';
import type { StackedOf } from './measurement.ts';
import type { Results } from './results.ts';
import { formatSpread } from './spread.ts';
import type { Training } from './training.ts';

const rows = [
  { name: 'ddgan', label: 'DDGAN, T = 4', steps: 4 },
  { name: 'plain', label: 'GAN, T = 1', steps: 1 },
] as const;

const trainingOf = (steps: number, seed: number): Training => ({
  ...{ name: `stacked-${steps}`, preset: 'stacked-fashion-mnist-ddgan', seed },
  set: { 'schedule.steps': steps, 'records.metricEvery': 0, 'records.picturesEvery': 5000 },
});

const measured = (row: (typeof rows)[number], seed: number): StackedOf => ({
  ...{ kind: 'stacked', name: row.name, of: trainingOf(row.steps, seed) },
  ...{ sampling: { sampler: 'ddgan' }, count: 26_000, seed: 1 },
});

/** Modes and KL. */
const reported: Readonly<Record<string, readonly number[]>> = {
  DDGAN: [1000, 0.071],
  VAEBM: [1000, 0.087],
  PresGAN: [1000, 0.115],
  'Adversarial DSM': [1000, 1.49],
  InclusiveGAN: [997, 0.2],
  PacGAN: [992, 0.277],
  StyleGAN2: [940, 0.424],
  VEEGAN: [762, 2.173],
};

const spread = (results: Results, name: string, of: 'modes' | 'kl') =>
  results.spread('stacked', name, (values) => values[of]);

export const x23: Experiment = {
  id: 'X23',
  title: 'Stacked images: modes of 1000',
  paper: 'Xiao, Kreis, Vahdat 2022, table 3',
  network: 'fashion-mnist-tiny with 3 channels',
  hours: 3,
  reported: reported,
  plan: ({ seeds }: How) => seeds.flatMap((seed) => rows.map((row) => measured(row, seed))),
  page: (results) => {
    const [few, plain] = rows.map(({ name }) => ({
      modes: spread(results, name, 'modes'),
      kl: spread(results, name, 'kl'),
    }));
    const theirs = results.reported<typeof reported>();
    return {
      about:
        'Three images of clothing as the colours of one: 1000 classes in equal shares. A classifier tells which of them samples have.',
      verdict:
        few.modes && few.kl && plain.modes && plain.kl
          ? `The denoising diffusion GAN has ${formatSpread(few.modes, 0)} of 1000 modes and a KL of ${formatSpread(few.kl, 3)}, the plain GAN ${formatSpread(plain.modes, 0)} and ${formatSpread(plain.kl, 3)}; in the paper the former has ${theirs.DDGAN[0]} and ${theirs.DDGAN[1]}.`
          : 'Not enough of it has been run to say anything.',
      body: [
        table(
          ['', 'calls', 'modes of 1000', 'KL, nats'],
          rows.map(({ name, label, steps }) => [
            label,
            String(results.first('stacked', name)?.values.calls ?? steps),
            formatSpread(spread(results, name, 'modes'), 0),
            formatSpread(spread(results, name, 'kl'), 3),
          ]),
        ),
        `The paper, Stacked-MNIST:\n\n${table(
          ['', 'modes', 'KL'],
          Object.entries(theirs).map(([name, row]) => [name, ...row.map(String)]),
        )}`,
      ],
      differs: [
        'Fashion-MNIST instead of MNIST: its classes are harder to tell apart, so that the classifier itself blurs the counts.',
      ],
    };
  },
};
