import type { Experiment, How } from './experiment.ts';
import { table } from './markdown.ts';
import type { Measurement, ScoresOf } from './measurement.ts';
import type { Results } from './results.ts';
import type { Sampling } from './sampling.ts';
import { figure } from './score-tables.ts';
import { formatSpread, type Spread } from './spread.ts';
import { ddpm } from './trainings.ts';
import { ddpmSteps, fewerCalls, fewerSteps, ownSteps } from './x01-ddpm-steps.ts';
import { ddganScores, ddganSteps } from './x03-divergences.ts';
import { samplerLabels, secondsOf, timed, timedSamplers } from './x04-timing.ts';

const solver = (name: string, sampling: Sampling, seed: number, small: boolean): ScoresOf => ({
  ...{ kind: 'scores', name, of: ddpm({ steps: 1000, seed, small }), sampling, count: 5000, seed: 1 },
});

/** Names of the rows of the table; 50 steps of DDIM are not among those of X1. */
const rows = ['gan-4', 'ddpm-1000', 'ddim-50', 'respaced-50', 'heun-25', 'dpm-solver-20'] as const;

/** IS, FID, recall, calls, seconds. */
type Reported = readonly (number | null)[];
const theirs: Readonly<Record<string, Reported>> = {
  'DDGAN, T = 4': [9.63, 3.75, 0.57, 4, 0.21],
  DDPM: [9.46, 3.21, 0.57, 1000, 80.5],
  NCSN: [8.87, 25.3, null, 1000, 107.9],
  'Score SDE, VE': [9.89, 2.2, 0.59, 2000, 423.2],
  'Score SDE, VP': [9.68, 2.41, 0.59, 2000, 421.5],
  'probability flow, VP': [9.83, 3.08, 0.57, 140, 50.9],
  LSGM: [9.87, 2.1, 0.61, 147, 44.5],
  'DDIM, 50 steps': [8.78, 4.67, 0.53, 50, 4.01],
  'FastDDPM, 50 steps': [8.98, 3.41, 0.56, 50, 4.01],
  distillation: [8.36, 9.36, 0.51, 1, null],
  'Adversarial DSM': [null, 6.1, null, 1000, null],
  'Likelihood SDE': [null, 2.87, null, null, null],
  'Recovery EBM': [8.3, 9.58, null, 180, null],
  'Improved DDPM': [null, 2.9, null, 4000, null],
  VDM: [null, 4, null, 1000, null],
  UDM: [10.1, 2.33, null, 2000, null],
  D3PM: [8.56, 7.34, null, 1000, null],
  'Gotta Go Fast': [null, 2.44, null, 180, null],
};

export const x21: Experiment = {
  id: 'X21',
  title: 'Samplers beside one another',
  paper: 'Xiao, Kreis, Vahdat 2022, table 1',
  network: 'fashion-mnist-tiny',
  hours: 0.5,
  reported: theirs,
  plan: (how: How): Measurement[] => {
    const { seeds, small } = how;
    const times = timedSamplers(how).filter(({ name }) => (rows as readonly string[]).includes(name));
    return [
      ...seeds.flatMap((seed) => [
        ddganScores('gan', 4, seed, how),
        ownSteps(1000, seed, small),
        fewerSteps('ddim', 50, seed, small),
        fewerSteps('ddpm', 50, seed, small),
        solver('heun-25', { sampler: 'heun', steps: 25 }, seed, small),
        solver('dpm-solver-20', { sampler: 'dpm-solver', steps: 20 }, seed, small),
      ]),
      ...times,
    ];
  },
  page: (results) => {
    const found = rows.flatMap((name) => {
      const fid = results.fid(name);
      return fid ? [{ name, fid }] : [];
    });
    const reported = results.reported<typeof theirs>();
    const cell = (value: number | null) => (value === null ? '–' : String(value));
    const [gan, many] = ['gan-4', 'ddpm-1000'].map((name) => results.fid(name));
    return {
      about: 'One adversarial model and one DDPM of the same trunk, the latter drawn in several ways.',
      verdict:
        gan && many
          ? `With 4 calls the adversarial model has FID ${formatSpread(gan)}, the DDPM ${formatSpread(many)} with 1000 (paper: ${reported['DDGAN, T = 4'][1]} and ${reported.DDPM[1]}); from good to bad: ${[
              ...found,
            ]
              .sort((a, b) => a.fid.mean - b.fid.mean)
              .map(({ name, fid }) => `${samplerLabels[name]} ${formatSpread(fid)}`)
              .join('; ')}.`
          : 'Not enough of it has been run to say anything.',
      body: [
        table(
          ['', 'IS', 'FID-fashion', 'recall', 'calls', 'seconds for 100 images'],
          rows.map((name) => [
            samplerLabels[name],
            formatSpread(
              results.spread('scores', name, ({ is }) => is),
              2,
            ),
            formatSpread(results.fid(name)),
            formatSpread(
              results.spread('scores', name, ({ recall }) => recall),
              2,
            ),
            String(results.first('scores', name)?.values.calls ?? '–'),
            secondsOf(results, name)?.toPrecision(3) ?? '–',
          ]),
        ),
        `The paper, CIFAR-10:\n\n${table(
          ['', 'IS', 'FID', 'recall', 'calls', 'seconds'],
          Object.entries(reported).map(([name, row]) => [name, ...row.map(cell)]),
        )}`,
      ],
      differs: ['Fashion-MNIST and small networks; scores by a classifier of Fashion-MNIST.'],
    };
  },
};

/** Seconds for a batch and FID, where both are known. */
const drawn = (results: Results, names: readonly string[]) =>
  names.flatMap((name) => {
    const [seconds, fid] = [secondsOf(results, name), results.fid(name)];
    return seconds !== undefined && fid ? [{ name, seconds, fid }] : [];
  });

const points = (results: Results, names: readonly string[]) =>
  drawn(results, names).map(({ seconds, fid }): [number, Spread] => [seconds, fid]);

const lines = {
  DDGAN: ddganSteps.map((steps) => `gan-${steps}`),
  'DDPM, trained at T': ddpmSteps.map((steps) => `ddpm-${steps}`),
  'T = 1000, DDIM': fewerCalls.map((calls) => `ddim-${calls}`),
  'T = 1000, respaced': fewerCalls.map((calls) => `respaced-${calls}`),
} as const;

export const x25: Experiment = {
  id: 'X25',
  title: 'Quality against the time to draw',
  paper: 'Xiao, Kreis, Vahdat 2022, figure 4',
  network: 'fashion-mnist-tiny',
  hours: 0.3,
  reported: { figure4: 'the denoising diffusion GAN is the fastest of equal quality' },
  plan: (how: How): Measurement[] => {
    const { seeds, small } = how;
    const one = (steps: number) => ddpm({ steps, seed: 0, small });
    return [
      ...seeds.flatMap((seed) => [
        ...ddganSteps.map((steps) => ddganScores('gan', steps, seed, how)),
        ...ddpmSteps.map((steps) => ownSteps(steps, seed, small)),
        ...fewerCalls.flatMap((calls) => [
          fewerSteps('ddim', calls, seed, small),
          fewerSteps('ddpm', calls, seed, small),
        ]),
      ]),
      ...timedSamplers(how).filter(({ name }) => /^(gan|ddim)-|^ddpm-1000$|^respaced-/.test(name)),
      ...ddpmSteps
        .filter((steps) => steps < 1000)
        .map((steps) => timed(`ddpm-${steps}`, one(steps), { sampler: 'ddpm', steps })),
      ...fewerCalls
        .filter((calls) => calls !== 50)
        .map((calls) => timed(`respaced-${calls}`, one(1000), { sampler: 'ddpm', steps: calls })),
    ];
  },
  figures: (results) => ({
    'fid.svg': {
      ...{
        kind: 'lines',
        title: 'FID-fashion over the time to draw',
        xLabel: 'seconds for 100 images',
        yLabel: 'FID-fashion',
      },
      xScale: 'log',
      series: Object.entries(lines).map(([name, names]) => ({ name, points: points(results, names) })),
    },
  }),
  page: (results) => {
    const all = Object.entries(lines).flatMap(([line, names]) =>
      drawn(results, names).map((one) => ({ ...one, line })),
    );
    // A point is on the front when nothing is faster and better.
    const front = all
      .filter((one) => !all.some((other) => other.seconds < one.seconds && other.fid.mean <= one.fid.mean))
      .sort((a, b) => a.seconds - b.seconds);
    return {
      about: 'What quality can be had in what time.',
      verdict:
        all.length < 2
          ? 'Not enough of it has been run to say anything.'
          : `Of those measured, nothing is both faster and better than: ${front.map(({ line, name, seconds, fid }) => `${line} in ${name.split('-')[1]} calls: FID ${formatSpread(fid)} in ${seconds.toPrecision(2)} s`).join('; ')}.`,
      body: [
        figure(results, 'fid.svg', 'FID over seconds'),
        `The paper: ${results.reported<{ figure4: string }>().figure4}.`,
      ],
      differs: ['Fashion-MNIST and small networks on two cores.'],
    };
  },
};
