import type { Experiment, How } from './experiment.ts';
import { table } from './markdown.ts';
import type { GuidedOf, ScoresOf } from './measurement.ts';
import { figure, scoresTable } from './score-tables.ts';
import { formatSpread, type Spread } from './spread.ts';
import type { Training } from './training.ts';

/** Weights w of X17. */
export const guidanceWeights = [0, 1, 3] as const;
const points = (name: 'three-gaussians' | 'three-gaussians-classifier', seed: number): Training => ({
  ...{ name, preset: name, set: {}, seed },
});

const guided = (by: 'itself' | 'classifier', w: number, seed: number): GuidedOf => ({
  ...{ kind: 'guided', name: `${by}-${w}`, of: points('three-gaussians', seed) },
  ...(by === 'classifier' && { classifier: points('three-gaussians-classifier', seed) }),
  ...{ sampling: { sampler: 'ddpm', guidance: w }, count: 9000, seed: 1 },
});

const guides = { itself: 'without a classifier', classifier: 'by a classifier' } as const;
const ways = Object.keys(guides) as (keyof typeof guides)[];

export const x17: Experiment = {
  id: 'X17',
  title: 'Guidance on three Gaussians',
  paper: 'Ho, Salimans 2022, figure 2',
  network: 'perceptrons of 3 × 128',
  hours: 0.1,
  reported: { figure2: 'with growing w the densities leave what they share with the other classes' },
  plan: ({ seeds }: How) =>
    seeds.flatMap((seed) => ways.flatMap((by) => guidanceWeights.map((w) => guided(by, w, seed)))),
  page: (results) => {
    const found = ways.map((by) =>
      guidanceWeights.map((w) => results.spread('guided', `${by}-${w}`, ({ own }) => own)),
    );
    const whole = found.every((row) => row.every((own) => own !== undefined));
    const rises = whole && found.every((row) => row.every((own, i) => i === 0 || own.mean > row[i - 1].mean));
    const cell = (by: keyof typeof guides, w: number) => {
      const values = results.first('guided', `${by}-${w}`)?.values;
      return values ? [values.mean, values.along, values.across].map((x) => x.toFixed(3)).join(' · ') : '–';
    };
    const density = guidanceWeights.map((w) => {
      const values = results.first('guided', `itself-${w}`)?.values.density;
      return values ? [values.mean, values.along, values.across].map((x) => x.toFixed(3)).join(' · ') : '–';
    });
    return {
      about:
        'Three Gaussians, each a class. Guidance of weight w aims at p(x | c) p(c | x)^w, which moves a class away from the others.',
      verdict: whole
        ? `${rises ? 'With growing w' : 'Not with every step of w do'} more of the points lie nearest to their own class: ${ways.map((by, i) => `${found[i].map((own) => `${(100 * own.mean).toFixed(1)} %`).join(', ')} for w = ${guidanceWeights.join(', ')} ${guides[by]}`).join('; ')}.`
        : 'Not enough of it has been run to say anything.',
      body: [
        'Mean of a class in its own direction · standard deviation in it · across:',
        table(
          ['', ...guidanceWeights.map((w) => `w = ${w}`)],
          [
            ['density of the data, by quadrature', ...density],
            ...ways.map((by) => [
              `chain of 100 steps, guided ${guides[by]}`,
              ...guidanceWeights.map((w) => cell(by, w)),
            ]),
          ],
        ),
        'A chain goes further than the density: the guided densities of different t are not the diffusion of one another, and the pushes of all steps add up. [Guidance](../guidance.md) has samples at one level, which do not.',
        ...ways.flatMap((by) =>
          guidanceWeights.flatMap((w) => {
            const file = results.first('guided', `${by}-${w}`)?.files[0];
            return file === undefined
              ? []
              : [`${figure(results, file, `w = ${w}, ${guides[by]}`)}\n\nw = ${w}, ${guides[by]}`];
          }),
        ),
      ],
      differs: ['The figure of the paper shows the densities; these are samples of trained networks.'],
    };
  },
};

/** Weights w of X18. */
export const guidanceSweep = [0, 0.1, 0.3, 0.5, 1, 2, 4] as const;
const conditional = (seed: number): Training => ({
  ...{ name: 'ddpm-conditional', preset: 'fashion-mnist-conditional', set: { 'records.metricEvery': 0 }, seed },
});
const swept = (w: number, seed: number): ScoresOf => ({
  ...{ kind: 'scores', name: `w-${w}`, of: conditional(seed) },
  ...{ sampling: { sampler: 'ddim', steps: 50, guidance: w }, count: 5000, seed: 1 },
});

const reportedOfX18 = { bestFid: [0.1, 0.3], bestIs: 4 };

const bestOf = (valueOf: (w: number) => Spread | undefined, sign: 1 | -1) =>
  guidanceSweep
    .flatMap((w) => {
      const value = valueOf(w);
      return value ? [{ w, value }] : [];
    })
    .reduce<{ w: number; value: Spread } | undefined>(
      (best, one) => (best && sign * best.value.mean >= sign * one.value.mean ? best : one),
      undefined,
    );

export const x18: Experiment = {
  id: 'X18',
  title: 'Classifier-free guidance: FID against Inception Score',
  paper: 'Ho, Salimans 2022, tables 1 and 2',
  network: 'fashion-mnist-tiny',
  hours: 1,
  reported: reportedOfX18,
  plan: ({ seeds }: How) => seeds.flatMap((seed) => guidanceSweep.map((w) => swept(w, seed))),
  sheets: [
    {
      file: 'samples.png',
      caption: `The first samples, a class in each column; from top to bottom w = ${guidanceSweep.join(', ')}.`,
      rows: guidanceSweep.map((w) => `w-${w}`),
      columns: 20,
    },
  ],
  figures: (results) => {
    const line = (valueOf: (w: number) => Spread | undefined) =>
      guidanceSweep.flatMap((w): [number, Spread][] => {
        const value = valueOf(w);
        return value ? [[w, value]] : [];
      });
    const isOf = (w: number) => results.spread('scores', `w-${w}`, ({ is }) => is);
    return {
      'fid.svg': {
        ...{ kind: 'lines', title: 'FID-fashion over w', xLabel: 'w', yLabel: 'FID-fashion' },
        series: [{ name: 'FID-fashion over w', points: line((w) => results.fid(`w-${w}`)) }],
      },
      'is.svg': {
        ...{ kind: 'lines', title: 'Inception Score over w', xLabel: 'w', yLabel: 'IS' },
        series: [{ name: 'Inception Score over w', points: line(isOf) }],
      },
    };
  },
  page: (results) => {
    const fid = bestOf((w) => results.fid(`w-${w}`), -1);
    const is = bestOf((w) => results.spread('scores', `w-${w}`, (values) => values.is), 1);
    const { bestFid, bestIs } = results.reported<typeof reportedOfX18>();
    return {
      about: 'A DDPM that is told the class, one time in ten not, is drawn with guidance of growing weight.',
      verdict:
        fid && is
          ? `FID is lowest at w = ${fid.w} (${formatSpread(fid.value)}), the Inception Score highest at w = ${is.w} (${formatSpread(is.value, 2)}); in the paper at w = ${bestFid.join(' or ')} and from w = ${bestIs} on.`
          : 'Not enough of it has been run to say anything.',
      body: [
        figure(results, 'fid.svg', 'FID over w'),
        figure(results, 'is.svg', 'Inception Score over w'),
        scoresTable(
          results,
          guidanceSweep.map((w) => [`w = ${w}`, `w-${w}`] as const),
        ),
        table(
          ['w', 'samples of the class asked for'],
          guidanceSweep.map((w) => {
            const accuracy = results.spread('scores', `w-${w}`, (values) => values.accuracy ?? NaN);
            return [String(w), accuracy ? `${(100 * accuracy.mean).toFixed(1)} %` : '–'];
          }),
        ),
      ],
      differs: [
        'Ten classes of Fashion-MNIST instead of a thousand of ImageNet; DDIM in 50 steps; scores by a classifier of Fashion-MNIST.',
      ],
    };
  },
};
