import type { Experiment, How } from './experiment.ts';
import { table } from './markdown.ts';
import type { BitsOf, CodeOf } from './measurement.ts';
import type { Results } from './results.ts';
import { figure } from './score-tables.ts';
import type { Spread } from './spread.ts';
import { ddpm } from './trainings.ts';

const COUNT = 500;
const of = (how: How) => ddpm({ steps: 1000, seed: how.seeds[0], small: how.small });
const code = (split: 'train' | 'test', how: How): CodeOf => ({
  ...{ kind: 'code', name: split, of: of(how), split, count: COUNT, seed: 1 },
});
const bits = (split: 'train' | 'test', how: How): BitsOf => ({
  ...{ kind: 'bits', name: split, of: of(how), split, count: COUNT, seed: 1 },
});

const reportedOfX9 = { rate: 1.78, distortion: 1.97, rmse: 0.95, gap: 0.03 };

const differs = [
  'Fashion-MNIST instead of CIFAR-10: much of it is black, which costs little.',
  'The first images of each part of the data, not all of them.',
];

export const x9: Experiment = {
  id: 'X9',
  title: 'Rate and distortion of a DDPM as a code',
  paper: 'Ho, Jain, Abbeel 2020, section 4.3',
  network: 'fashion-mnist-tiny',
  hours: 0.6,
  reported: reportedOfX9,
  plan: (how) => [bits('test', how), bits('train', how), code('test', how)],
  page: (results) => {
    const [test, train] = (['test', 'train'] as const).map((split) => results.first('bits', split)?.values);
    const last = results.first('code', 'test')?.values.points.find(({ t }) => t === 1);
    const theirs = results.reported<typeof reportedOfX9>();
    const rateOf = (values: typeof test) => (values ? values.parts.prior.mean + values.parts.rate.mean : undefined);
    const show = (value: number | undefined, digits = 2) => value?.toFixed(digits) ?? '–';
    const share = test && rateOf(test) !== undefined ? test.parts.distortion.mean / test.total.mean : undefined;
    return {
      about: `Of the bits of an image by the bound, those of the steps x_T, …, x_1 are the rate; those of the image itself given x_1 are the distortion. Beside them the error of the picture that x_1 predicts, of 255.`,
      verdict:
        test && train && share !== undefined
          ? `Of ${show(test.total.mean)} bits/dim ${(100 * share).toFixed(0)} % describe what x_1 leaves open${last ? `, an error of ${show(last.distortion)} of 255` : ''}; in the paper ${((100 * theirs.distortion) / (theirs.rate + theirs.distortion)).toFixed(0)} % and ${theirs.rmse}. The test set takes ${show(test.total.mean - train.total.mean, 3)} bits/dim more than the training set (paper: at most ${theirs.gap}).`
          : 'Not enough of it has been run to say anything.',
      body: [
        table(
          ['bits/dim', 'test', 'train', 'paper'],
          [
            ['rate', show(rateOf(test)), show(rateOf(train)), String(theirs.rate)],
            [
              'distortion',
              show(test?.parts.distortion.mean),
              show(train?.parts.distortion.mean),
              String(theirs.distortion),
            ],
            ['both', show(test?.total.mean), show(train?.total.mean), String(theirs.rate + theirs.distortion)],
            ['RMSE of x̂0(x_1), of 255', show(last?.distortion), '–', String(theirs.rmse)],
          ],
        ),
      ],
      differs,
    };
  },
};

const theirPoints = [
  [1000, 1.77581, 0.95136],
  [900, 0.11994, 12.02277],
  [800, 0.05415, 18.47482],
  [700, 0.02866, 24.43656],
  [600, 0.01507, 30.80948],
  [500, 0.00716, 38.03236],
  [400, 0.00282, 46.12765],
  [300, 0.00081, 54.18826],
  [200, 0.00013, 60.9717],
  [100, 0, 67.60125],
] as const;

const reportedOfX10 = { points: theirPoints };

const exact = (y: number): Spread => ({ mean: y, deviation: 0, seeds: 1 });

/** Points of the curve by reverse time T − t + 1. */
const curveOf = (results: Results) =>
  (results.first('code', 'test')?.values.points ?? []).map((point) => ({ ...point, time: 1001 - point.t }));

export const x10: Experiment = {
  id: 'X10',
  title: 'Rate and distortion over reverse time',
  paper: 'Ho, Jain, Abbeel 2020, figure 5 and table 4',
  network: 'fashion-mnist-tiny',
  hours: 0.3,
  reported: reportedOfX10,
  plan: (how) => [code('test', how)],
  figures: (results) => {
    const { points } = results.reported<typeof reportedOfX10>();
    const curve = curveOf(results);
    const line = (title: string, yLabel: string, of: 'rate' | 'distortion') => ({
      ...({ kind: 'lines', title, yLabel, xLabel: 'reverse time T − t + 1' } as const),
      series: [
        { name: 'here', points: curve.map((point) => [point.time, exact(point[of])] as const) },
        {
          name: 'the paper',
          points: points
            .map(([time, rate, distortion]) => [time, exact(of === 'rate' ? rate : distortion)] as const)
            .reverse(),
        },
      ],
    });
    return {
      'rate.svg': line('Bits received', 'bits/dim', 'rate'),
      'distortion.svg': line('Error of the picture so far', 'RMSE of 255', 'distortion'),
    };
  },
  page: (results) => {
    const curve = curveOf(results);
    const at = (time: number) => curve.find((point) => Math.abs(point.time - time) <= 1);
    const { points } = results.reported<typeof reportedOfX10>();
    const half = at(900);
    const last = at(1000);
    return {
      about: 'An image is sent step by step, the most noise first; at each step the receiver shows what x_t predicts.',
      verdict:
        half && last
          ? `After nine tenths of the steps ${((100 * half.rate) / last.rate).toFixed(1)} % of the bits have come and the error is ${half.distortion.toFixed(1)} of 255 (paper: ${((100 * points[1][1]) / points[0][1]).toFixed(1)} % and ${points[1][2].toFixed(1)}): most bits go into what cannot be seen.`
          : 'Not enough of it has been run to say anything.',
      body: [
        figure(results, 'rate.svg', 'Bits over reverse time'),
        figure(results, 'distortion.svg', 'Error over reverse time'),
        table(
          ['reverse time', 'rate, bits/dim', 'RMSE of 255', 'paper: rate', 'RMSE'],
          points.map(([time, rate, distortion]) => {
            const own = at(time);
            return [
              String(time),
              own?.rate.toFixed(5) ?? '–',
              own?.distortion.toFixed(2) ?? '–',
              String(rate),
              distortion.toFixed(2),
            ];
          }),
        ),
      ],
      differs,
    };
  },
};
