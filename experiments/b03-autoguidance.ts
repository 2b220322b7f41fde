import type { Experiment, How } from './experiment.ts';
import type { ScoresOf } from './measurement.ts';
import type { Results } from './results.ts';
import { figure, scoresTable } from './score-tables.ts';
import { compare, formatSpread, type Spread } from './spread.ts';
import { ddpm, worseDdpm, type worseDdpms } from './trainings.ts';

/** s of B3; at 1 there is no guidance. */
export const autoguidanceScales = [1, 1.25, 1.5, 2, 2.5, 3] as const;

const ways = { earlier: 'an earlier version of itself', smaller: 'a smaller network' } as const satisfies Record<
  keyof typeof worseDdpms,
  string
>;
const names = Object.keys(ways) as (keyof typeof ways)[];
const STEPS = 50;

const nameOf = (how: keyof typeof ways, s: number) => (s === 1 ? 'alone' : `${how}-${s}`);

/** Measurements with a worse version. */
export const autoguidanceNames = names.flatMap((how) =>
  autoguidanceScales.filter((s) => s !== 1).map((s) => nameOf(how, s)),
);

const alone = (seed: number, small: boolean): ScoresOf => ({
  ...{ kind: 'scores', name: 'alone', of: ddpm({ steps: 1000, seed, small }) },
  ...{ sampling: { sampler: 'ddim', steps: STEPS }, count: 5000, seed: 1 },
});

const guided = (how: keyof typeof ways, s: number, seed: number, small: boolean): ScoresOf => {
  const own = alone(seed, small);
  const worse = worseDdpm(how, { seed, small });
  return { ...own, name: nameOf(how, s), worse, sampling: { ...own.sampling, autoguidance: s } };
};

const lineOf = (results: Results, how: keyof typeof ways) =>
  autoguidanceScales.flatMap((s): [number, Spread][] => {
    const fid = results.fid(nameOf(how, s));
    return fid ? [[s, fid]] : [];
  });

function verdict(results: Results): string {
  const own = results.fid('alone');
  const told = names.flatMap((how) => {
    const line = lineOf(results, how).filter(([s]) => s !== 1);
    if (!own || line.length === 0) return [];
    const [s, best] = line.reduce((a, b) => (b[1].mean < a[1].mean ? b : a));
    const { difference, clear } = compare(own, best);
    const what = !clear ? 'no clear change' : difference < 0 ? 'better' : 'worse';
    return [`${ways[how]}, at the best s = ${s}, ${formatSpread(best)}: ${what}`];
  });
  return !own || told.length === 0
    ? 'Not enough of it has been run to say anything.'
    : `Alone the DDPM has FID ${formatSpread(own)}. Led away from ${told.join('; from ')}.`;
}

const reported = {
  table:
    'it lowers FID on ImageNet-512 and ImageNet-64, most with a bad model that is both smaller and trained for less',
};

export const b3: Experiment = {
  id: 'B3',
  title: 'Autoguidance: a DDPM led away from a worse version of itself',
  paper: 'Karras et al. 2024 (autoguidance), table 1 and figure 3',
  network: 'fashion-mnist-tiny',
  hours: 2,
  reported,
  plan: ({ seeds, small }: How) =>
    seeds.flatMap((seed) => [
      alone(seed, small),
      ...names.flatMap((how) => autoguidanceScales.filter((s) => s !== 1).map((s) => guided(how, s, seed, small))),
    ]),
  sheets: names.map((how) => ({
    file: `samples-${how}.png`,
    caption: `The first samples, led away from ${ways[how]}; from top to bottom s = ${autoguidanceScales.join(', ')}.`,
    rows: autoguidanceScales.map((s) => nameOf(how, s)),
    columns: 14,
  })),
  figures: (results) => ({
    'fid.svg': {
      ...{ kind: 'lines', title: 'FID-fashion over s', xLabel: 's', yLabel: 'FID-fashion' },
      series: names.map((how) => ({ name: `away from ${ways[how]}`, points: lineOf(results, how) })),
    },
  }),
  page: (results) => ({
    about:
      'The DDPM of [X1](X1.md) with 1000 steps, drawn by DDIM in 50 with D_bad + s (D_good − D_bad): the bad model is the same after 1500 steps of training instead of 10 000, or one of half the width.',
    verdict: verdict(results),
    body: [
      figure(results, 'fid.svg', 'FID over s'),
      scoresTable(results, [
        ['s = 1', 'alone'],
        ...names.flatMap((how) =>
          autoguidanceScales.filter((s) => s !== 1).map((s) => [`${ways[how]}, s = ${s}`, nameOf(how, s)] as const),
        ),
      ]),
      `The paper: ${results.reported<typeof reported>().table}.`,
    ],
    differs: [
      'Unconditional Fashion-MNIST and a small DDPM in the place of ImageNet and EDM2; the bad model has its own half cosine of learning rates instead of being an earlier average of the same run.',
    ],
  }),
};
