import type { Experiment, How } from './experiment.ts';
import { table } from './markdown.ts';
import type { DistanceValues, ProgressOf } from './measurement.ts';
import type { Results } from './results.ts';
import { figure } from './score-tables.ts';
import type { Spread } from './spread.ts';
import { ddpm } from './trainings.ts';

const of = (how: How) => ddpm({ steps: 1000, seed: how.seeds[0], small: how.small });
const exact = (y: number): Spread => ({ mean: y, deviation: 0, seeds: 1 });
const differs = ['Fashion-MNIST and a small network instead of CelebA-HQ and CIFAR-10; the network of X1 at T = 1000.'];

const predictedAt = [1000, 900, 800, 700, 600, 500, 400, 300, 200, 100, 1] as const;

export const x11: Experiment = {
  id: 'X11',
  title: 'Progressive generation',
  paper: 'Ho, Jain, Abbeel 2020, figures 6, 10 and 14',
  network: 'fashion-mnist-tiny',
  hours: 0.3,
  reported: {
    figure6: 'large features come first, details last',
    figure10: 'IS rises and FID falls over reverse time',
  },
  plan: (how): ProgressOf[] => [
    {
      ...{ kind: 'progress', name: 'predictions', of: of(how), at: predictedAt },
      sampling: { sampler: 'ddpm', steps: 1000 },
      ...{ count: 2000, seed: 1 },
    },
  ],
  figures: (results) => {
    const points = results.first('progress', 'predictions')?.values.points ?? [];
    const line = (title: string, yLabel: string, value: 'fid' | 'is') => ({
      ...({ kind: 'lines', title, yLabel, xLabel: 'reverse time T − t + 1' } as const),
      series: [{ name: title, points: points.map((point) => [1001 - point.t, exact(point[value])] as const) }],
    });
    return {
      'fid.svg': line('FID-fashion of x̂0', 'FID-fashion', 'fid'),
      'is.svg': line('Inception Score of x̂0', 'IS', 'is'),
    };
  },
  page: (results) => {
    const measured = results.first('progress', 'predictions');
    const points = measured?.values.points ?? [];
    const sheet = measured?.files[0];
    const falls = points.every(({ fid }, i) => i === 0 || fid < points[i - 1].fid);
    const [first, last] = [points[0], points[points.length - 1]];
    return {
      about: 'While a sample is drawn, each x_t predicts what will come of it.',
      verdict:
        points.length < 2
          ? 'Not enough of it has been run to say anything.'
          : `FID of the predictions goes from ${first.fid.toFixed(0)} at t = ${first.t} to ${last.fid.toFixed(1)} at t = ${last.t}, ${falls ? 'falling all the way' : 'not falling all the way'}; the Inception Score from ${first.is.toFixed(2)} to ${last.is.toFixed(2)}.`,
      body: [
        figure(results, 'fid.svg', 'FID of predictions over reverse time'),
        figure(results, 'is.svg', 'Inception Score of predictions over reverse time'),
        ...(sheet === undefined
          ? []
          : [
              `${figure(results, sheet, 'Predictions of eight samples')}\n\nEach row is a sample; from left to right x̂0 at t = ${predictedAt.join(', ')}.`,
            ]),
      ],
      differs,
    };
  },
};

/** Distances over t as a table. */
const distances = ({ points, unrelated }: DistanceValues, head: string, last: string) =>
  table(
    ['t', head],
    [...points.map(({ t, distance }) => [String(t), distance.toFixed(1)]), [last, unrelated.toFixed(1)]],
  );

const monotone = (points: readonly { distance: number }[], sign: 1 | -1) =>
  points.every(({ distance }, i) => i === 0 || sign * (distance - points[i - 1].distance) > 0);

const sharedAt = [1000, 750, 500, 250] as const;

const sheetsOf = (results: Results, files: readonly string[], at: readonly number[], caption: (t: number) => string) =>
  files.map((file, i) => `${figure(results, file, caption(at[i]))}\n\n${caption(at[i])}`);

export const x12: Experiment = {
  id: 'X12',
  title: 'Samples that share a latent',
  paper: 'Ho, Jain, Abbeel 2020, figure 7',
  network: 'fashion-mnist-tiny',
  hours: 0.1,
  reported: { figure7: 'the later chains part, the more their samples share' },
  plan: (how) => [
    { ...{ kind: 'shared', name: 'shared', of: of(how), at: sharedAt }, ...{ latents: 8, copies: 8, seed: 1 } },
  ],
  page: (results) => {
    const measured = results.first('shared', 'shared');
    const values = measured?.values;
    const [first, last] = values ? [values.points[0], values.points[values.points.length - 1]] : [];
    return {
      about: 'One chain runs to x_t; copies of it go on with noise of their own.',
      verdict:
        values && first && last
          ? `${monotone(values.points, -1) ? 'As in the paper, the later chains part, the more their samples share' : 'Samples do not share more and more the later chains part'}: they differ by ${first.distance.toFixed(0)} of 255 at t = ${first.t} and by ${last.distance.toFixed(0)} at t = ${last.t}, unrelated ones by ${values.unrelated.toFixed(0)}.`
          : 'Not enough of it has been run to say anything.',
      body:
        values && measured
          ? [
              distances(values, 'RMS difference of samples that share x_t, of 255', 'samples of different latents'),
              ...sheetsOf(results, measured.files, sharedAt, (t) => `Each row shares x_${t}.`),
            ]
          : [],
      differs,
    };
  },
};

const mixedAt = [0, 125, 250, 375, 500, 625, 750, 875, 1000] as const;

export const x13: Experiment = {
  id: 'X13',
  title: 'Interpolation of latents',
  paper: 'Ho, Jain, Abbeel 2020, figures 8 and 9',
  network: 'fashion-mnist-tiny',
  hours: 0.2,
  reported: { figure9: 'from pixels at t = 0 over coarse features to new images at t = 1000' },
  plan: (how) => [{ ...{ kind: 'mixed', name: 'mixed', of: of(how), at: mixedAt }, ...{ pairs: 4, seed: 1 } }],
  page: (results) => {
    const measured = results.first('mixed', 'mixed');
    const values = measured?.values;
    const last = values?.points[values.points.length - 1];
    const middle = values?.points.find(({ t }) => t === 500);
    return {
      about:
        'Two test images are noised to step t, mixed with weights λ from 0 to 1, and decoded. At λ = 0 and 1 the decoded image can be compared with the one it came from.',
      verdict:
        values && last && middle
          ? `${monotone(values.points, 1) ? 'The larger t, the less is left of the images' : 'The images do not get less and less alike with t'}: the decoded ends differ from them by ${middle.distance.toFixed(0)} of 255 at t = 500 and by ${last.distance.toFixed(0)} at t = ${last.t}; the two images of a pair differ by ${values.unrelated.toFixed(0)}.`
          : 'Not enough of it has been run to say anything.',
      body:
        values && measured
          ? [
              distances(values, 'RMS difference of the decoded ends from their images, of 255', 'the images of a pair'),
              ...sheetsOf(
                results,
                measured.files,
                mixedAt,
                (t) => `t = ${t}: in each row an image, λ = 0, 0.1, …, 1, the other image.`,
              ),
            ]
          : [],
      differs,
    };
  },
};
