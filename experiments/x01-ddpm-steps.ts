import type { Experiment, How } from './experiment.ts';
import { listed } from './markdown.ts';
import type { ScoresOf } from './measurement.ts';
import type { Results } from './results.ts';
import type { Sampling } from './sampling.ts';
import { figure, scoresTable } from './score-tables.ts';
import { compare, formatSpread, type Spread } from './spread.ts';
import { ddpm } from './trainings.ts';

/** T of the DDPMs that are trained. */
export const ddpmSteps = [10, 20, 50, 100, 200, 500, 1000] as const;
/** Calls with which that of T = 1000 is drawn, too. */
export const fewerCalls = [10, 20, 50, 100, 200] as const;

/** From so many calls on a drawing of 5000 would take an hour. */
const MANY = 500;
const countOf = (calls: number) => (calls < MANY ? 5000 : 2000);

/** A DDPM of T steps, drawn with all of them. */
export const ownSteps = (steps: number, seed: number, small: boolean): ScoresOf =>
  drawn(`ddpm-${steps}`, steps, { sampler: 'ddpm', steps }, { seed, small });

/** The DDPM of 1000 steps, drawn with fewer calls. */
export const fewerSteps = (sampler: 'ddim' | 'ddpm', calls: number, seed: number, small: boolean): ScoresOf =>
  drawn(`${sampler === 'ddim' ? 'ddim' : 'respaced'}-${calls}`, 1000, { sampler, steps: calls }, { seed, small });

const drawn = (
  name: string,
  steps: number,
  sampling: Sampling & { steps: number },
  { seed, small }: { seed: number; small: boolean },
): ScoresOf => ({
  kind: 'scores',
  name,
  of: ddpm({ steps, seed, small }),
  sampling,
  count: countOf(sampling.steps),
  seed: 1,
});

const reported = {
  figure1: 'FID falls clearly with T, from 10 to 1000 steps; the values are lost',
  figure2: 'the samples get better with T',
};

/** FID over T as a line, less what comes of the number of samples, which differs. */
const line = (results: Results, steps: readonly number[], nameOf: (steps: number) => string) =>
  steps.flatMap((t): [number, Spread][] => {
    const fid = results.fidBeyondBias(nameOf(t));
    return fid ? [[t, fid]] : [];
  });

/** What the DDPM of 1000 steps scores with fewer calls. */
function withFewer(results: Results): string {
  const whole = results.fidBeyondBias('ddpm-1000');
  const ways = { DDIM: 'ddim', 'respaced ancestral steps': 'respaced' };
  const told = Object.entries(ways).flatMap(([way, name]) => {
    const points = line(results, fewerCalls, (calls) => `${name}-${calls}`);
    return points.length === 0 ? [] : [`by ${way} ${listed(points.map(([calls, fid]) => `${formatSpread(fid)} with ${calls}`))}`]; // prettier-ignore
  });
  return whole && told.length > 0
    ? `The DDPM of 1000 steps has FID ${formatSpread(whole)} with all its calls; ${told.join('; ')}.`
    : '';
}

const verdict = (results: Results): string =>
  [overSteps(results), withFewer(results)].filter((part) => part !== '').join(' ') ||
  'Not enough of it has been run to say anything.';

/** How FID goes over the DDPMs that were trained for T steps. */
function overSteps(results: Results): string {
  const own = line(results, ddpmSteps, (t) => `ddpm-${t}`);
  if (own.length < 2) return '';
  const [[few, first], [many, last]] = [own[0], own[own.length - 1]];
  const { difference, deviation, clear } = compare(first, last);
  const turns = own.slice(1).filter(([, fid], i) => compare(own[i][1], fid).clear && fid.mean > own[i][1].mean);
  const size = `from ${formatSpread(first)} at T = ${few} to ${formatSpread(last)} at T = ${many}`;
  if (!clear)
    return `FID does not change clearly with T: ${size}, a difference of ${difference.toFixed(1)} ± ${deviation.toFixed(1)}.`;
  if (difference > 0) return `FID rises with T, against the paper: ${size}.`;
  return turns.length === 0
    ? `As in the paper, FID falls with T: ${size}.`
    : `FID falls with T, ${size}, but not from step to step: it rises to T = ${turns.map(([t]) => t).join(', ')}.`;
}

export const x1: Experiment = {
  id: 'X1',
  title: 'DDPM: FID over the number of steps',
  paper: 'Okhotnikov, Isachenko: faster sampling with adversarial networks, figures 1 and 2',
  network: 'fashion-mnist-tiny',
  hours: 3.5,
  reported,
  plan: ({ seeds, small }: How) =>
    seeds.flatMap((seed) => [
      ...ddpmSteps.map((steps) => ownSteps(steps, seed, small)),
      ...fewerCalls.flatMap((calls) => [
        fewerSteps('ddim', calls, seed, small),
        fewerSteps('ddpm', calls, seed, small),
      ]),
    ]),
  sheets: [
    {
      file: 'samples.png',
      caption: `Uncurated samples of the DDPMs; from top to bottom T = ${ddpmSteps.join(', ')}.`,
      rows: ddpmSteps.map((t) => `ddpm-${t}`),
      columns: 14,
    },
  ],
  figures: (results) => ({
    'fid.svg': {
      ...{
        kind: 'lines',
        title: 'FID-fashion over calls of the network',
        xLabel: 'calls',
        yLabel: 'FID-fashion less its bias',
      },
      xScale: 'log',
      series: [
        { name: 'trained at T = calls', points: line(results, ddpmSteps, (t) => `ddpm-${t}`) },
        { name: 'T = 1000, DDIM', points: line(results, fewerCalls, (t) => `ddim-${t}`) },
        { name: 'T = 1000, respaced', points: line(results, fewerCalls, (t) => `respaced-${t}`) },
      ],
    },
  }),
  page: (results) => ({
    about:
      'A DDPM is trained for each number of steps T and drawn with all of its steps. Beside it, the one of 1000 steps is drawn with fewer calls. Figure and verdict are of FID less what a perfect generator would score with as many samples, as those of many calls are fewer.',
    verdict: verdict(results),
    body: [
      figure(results, 'fid.svg', 'FID over calls of the network'),
      scoresTable(results, [
        ...ddpmSteps.map((t) => [`DDPM, T = ${t}`, `ddpm-${t}`] as const),
        ...fewerCalls.map((calls) => [`T = 1000, DDIM`, `ddim-${calls}`] as const),
        ...fewerCalls.map((calls) => [`T = 1000, respaced`, `respaced-${calls}`] as const),
      ]),
      `The paper: ${results.reported<typeof reported>().figure1}.`,
    ],
    differs: [
      'The paper does not say how β depends on T. Here the schedule is `vp`, which ends in noise for every T.',
      'The paper tells neither width nor length of the training.',
    ],
  }),
};
