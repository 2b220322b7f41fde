import type { Experiment, How } from './experiment.ts';
import { listed, table } from './markdown.ts';
import type { BitsOf } from './measurement.ts';
import type { Results } from './results.ts';
import { formatSpread } from './spread.ts';
import type { Json, Training } from './training.ts';

const vdm = (name: string, seed: number, set: Readonly<Record<string, Json>> = {}): Training => ({
  ...{ name: `vdm-${name}`, preset: 'fashion-mnist-vdm', set: { 'records.metricEvery': 0, ...set }, seed },
});
const bits = (name: string, of: Training, more: Partial<BitsOf> = {}): BitsOf => ({
  ...{ kind: 'bits', name, of, split: 'test', count: 1000, seed: 1, ...more },
});

/** CIFAR-10, CIFAR-10 with augmentation, ImageNet 32², 64². */
const models = {
  'ResNet VAE + IAF': [3.11],
  'VD-VAE': [2.87, null, 3.8, 3.52],
  NVAE: [2.91, null, 3.92],
  Glow: [null, 3.35, 4.09, 3.81],
  'Flow++': [3.08, null, 3.86, 3.69],
  PixelCNN: [3.03, null, 3.83, 3.57],
  'PixelCNN++': [2.92],
  'Image Transformer': [2.9, null, 3.77],
  SPN: [null, null, null, 3.52],
  'Sparse Transformer': [2.8, 2.53, null, 3.44],
  'Routing Transformer': [null, null, null, 3.43],
  DDPM: [null, 3.69],
  'EBM-DRL': [null, 3.18],
  'Score SDE': [2.99],
  'Improved DDPM': [2.94, null, null, 3.54],
  'CR-NVAE': [null, 2.51],
  LSGM: [2.87],
  'ScoreFlow, bound': [null, 2.9, 3.86],
  'ScoreFlow, flow': [null, 2.83, 2.8, 3.76],
  VDM: [2.65, 2.49, 3.72, 3.4],
} as const;

const reportedOfX19 = { models: models };

const bitsText = (results: Results, name: string) =>
  formatSpread(
    results.spread('bits', name, ({ total }) => total.mean, ({ total }) => total.standardError), // prettier-ignore
    3,
  );

export const x19: Experiment = {
  id: 'X19',
  title: 'Variational diffusion model: bits per dimension',
  paper: 'Kingma, Salimans, Poole, Ho 2021, table 1',
  network: 'VDM of width 16, 3 + 4 blocks',
  hours: 2.5,
  reported: reportedOfX19,
  plan: ({ seeds }: How) =>
    seeds.flatMap((seed) => [
      bits('test', vdm('learned', seed)),
      bits('train', vdm('learned', seed), { split: 'train' }),
      bits('straight', vdm('learned', seed), { gamma: 'straight' }),
    ]),
  page: (results) => {
    const test = results.first('bits', 'test')?.values;
    const theirs = results.reported<{ models: Record<string, (number | null)[]> }>().models;
    const cell = (value: number | null | undefined) => (value == null ? '–' : String(value));
    return {
      about: 'A denoiser in continuous time and its noise schedule are trained by the bound itself.',
      verdict: test
        ? `The test set of Fashion-MNIST takes at most ${bitsText(results, 'test')} bits/dim, the training set ${bitsText(results, 'train')}.`
        : 'Not enough of it has been run to say anything.',
      body: [
        table(
          ['bits/dim, test set', 'mean ± standard error'],
          test
            ? [...Object.entries(test.parts), ['bound', test.total] as const].map(([name, { mean, standardError }]) => [
                name,
                `${mean.toFixed(4)} ± ${standardError.toFixed(4)}`,
              ])
            : [],
        ),
        `The paper and what it compares with:\n\n${table(
          ['', 'CIFAR-10', 'with augmentation', 'ImageNet 32²', 'ImageNet 64²'],
          Object.entries(theirs).map(([name, row]) => [name, ...[0, 1, 2, 3].map((i) => cell(row[i]))]),
        )}`,
      ],
      differs: [
        'Fashion-MNIST: its bits per dimension cannot be compared with those of photographs.',
        'A network of some ten thousand weights instead of tens of millions.',
      ],
    };
  },
};

/** What is left out, one thing at a time; shorter trainings than that of X19. */
const variants: Readonly<Record<string, { label: string; set: Readonly<Record<string, Json>> }>> = {
  whole: { label: 'all of it', set: {} },
  straight: { label: 'γ straight, ends learned', set: { schedule: { name: 'gamma', kind: 'linear' } } },
  fixed: {
    label: 'γ straight, ends fixed',
    set: { schedule: { name: 'gamma', kind: 'linear', learnEndPoints: false } },
  },
  waves: { label: 'without Fourier features', set: { 'networks.denoiser.fourierExponents': [] } },
  discrete: { label: 'chain of 10 steps', set: { 'training.diffusionSteps': 10 } },
};

const variantOf = (name: string, seed: number): Training =>
  vdm(`short-${name}`, seed, { 'training.steps': 4000, ...variants[name].set });

const varianceOf = (results: Results, name: string) => results.spread('bits', name, ({ variance }) => variance ?? NaN);

export const x20: Experiment = {
  id: 'X20',
  title: 'Variational diffusion model: what each part brings',
  paper: 'Kingma, Salimans, Poole, Ho 2021, section 6 and figure 2',
  network: 'VDM of width 16, 3 + 4 blocks',
  hours: 4.5,
  reported: {
    figure:
      'continuous time, a learned schedule of little variance and Fourier features each help; the bound does not depend on the inside of γ',
  },
  plan: ({ seeds }: How) =>
    seeds.flatMap((seed) => [
      ...Object.keys(variants).map((name) => bits(name, variantOf(name, seed))),
      bits('other-gamma', variantOf('whole', seed), { gamma: 'straight' }),
    ]),
  page: (results) => {
    const whole = results.first('bits', 'whole')?.values;
    const worse = Object.keys(variants).flatMap((name) => {
      const values = results.first('bits', name)?.values;
      return values && whole && name !== 'whole' ? [{ name, more: values.total.mean - whole.total.mean }] : [];
    });
    const other = results.first('bits', 'other-gamma')?.values;
    const invariant =
      whole && other
        ? ` With a straight γ between the same ends the same network has ${other.total.mean.toFixed(3)} bits/dim instead of ${whole.total.mean.toFixed(3)}, each ± ${whole.total.standardError.toFixed(3)}; a single estimate varies ${((other.variance ?? NaN) / (whole.variance ?? NaN)).toPrecision(2)} times as much.`
        : '';
    return {
      about: 'One part is left out at a time; all trainings are of 4000 steps.',
      verdict:
        worse.length > 0
          ? `Against ${whole!.total.mean.toFixed(3)} bits/dim with all of it: ${listed(worse.map(({ name, more }) => `${more >= 0 ? '+' : '−'}${Math.abs(more).toFixed(3)} for ${variants[name].label}`))}.${invariant}`
          : 'Not enough of it has been run to say anything.',
      body: [
        table(
          ['', 'bits/dim, test', 'variance of one estimate'],
          [
            ...Object.entries(variants).map(([name, { label }]) => [
              label,
              bitsText(results, name),
              formatSpread(varianceOf(results, name), 4),
            ]),
            [
              'all of it, measured with a straight γ',
              bitsText(results, 'other-gamma'),
              formatSpread(varianceOf(results, 'other-gamma'), 4),
            ],
          ],
        ),
        `The paper: ${results.reported<{ figure: string }>().figure}.`,
      ],
      differs: ['Fashion-MNIST, a small network and short trainings.'],
    };
  },
};
