import type { Experiment, How } from './experiment.ts';
import { table } from './markdown.ts';
import type { TimingOf } from './measurement.ts';
import { bestRates } from './rates.ts';
import type { Results } from './results.ts';
import type { Sampling } from './sampling.ts';
import type { Training } from './training.ts';
import { ddgan, ddpm } from './trainings.ts';

const BATCH = 100;
const REPEATS = 3;

/** Drawing of which the time is taken. */
export const timed = (name: string, of: Training, sampling: Sampling): TimingOf => ({
  ...{ kind: 'timing', name, of, sampling, batch: BATCH, repeats: REPEATS },
});

/** The denoising diffusion GAN of T steps with the non-saturating loss. */
export const ganOf = (steps: number, seed: number, how: How): Training =>
  ddgan({ loss: 'gan', steps, rates: bestRates('gan', how), seed, small: how.small });

/** What is timed: adversarial models, and the DDPM of 1000 steps drawn with fewer calls. */
export function timedSamplers(how: How): TimingOf[] {
  const many = ddpm({ steps: 1000, seed: 0, small: how.small });
  return [
    ...[1, 2, 4, 8, 10].map((steps) => timed(`gan-${steps}`, ganOf(steps, 0, how), { sampler: 'ddgan' })),
    ...[10, 20, 50, 100, 200].map((steps) => timed(`ddim-${steps}`, many, { sampler: 'ddim', steps })),
    timed('respaced-50', many, { sampler: 'ddpm', steps: 50 }),
    timed('heun-25', many, { sampler: 'heun', steps: 25 }),
    timed('dpm-solver-20', many, { sampler: 'dpm-solver', steps: 20 }),
    timed('ddpm-1000', many, { sampler: 'ddpm', steps: 1000 }),
  ];
}

/** Labels of the rows by the names of their measurements. */
export const samplerLabels: Readonly<Record<string, string>> = {
  ...Object.fromEntries([1, 2, 4, 8, 10].map((steps) => [`gan-${steps}`, `DDGAN, T = ${steps}`])),
  ...Object.fromEntries([10, 20, 50, 100, 200].map((steps) => [`ddim-${steps}`, `DDIM, ${steps} steps`])),
  'respaced-50': 'respaced DDPM, 50 steps',
  'heun-25': 'Heun, 25 steps',
  'dpm-solver-20': 'DPM-Solver++, 20 steps',
  'ddpm-1000': 'DDPM, T = 1000',
};

/** Seconds for a batch, if they are known. */
export const secondsOf = (results: Results, name: string): number | undefined =>
  results.first('timing', name)?.values.seconds;

const reported = {
  cifar10: {
    setting: '100 images of CIFAR-10 on one V100',
    rows: [
      { name: 'DDGAN, T = 4', calls: 4, seconds: 0.21 },
      { name: 'DDPM', calls: 1000, seconds: 80.5 },
    ],
    factor: 383,
  },
  article: 'adversarial models draw two orders of magnitude faster',
};

const names = Object.keys(samplerLabels);

function verdict(results: Results): string {
  const [few, many] = ['gan-4', 'ddpm-1000'].map((name) => secondsOf(results, name));
  if (few === undefined || many === undefined) return 'Not enough of it has been run to say anything.';
  const { factor, setting } = results.reported<typeof reported>().cifar10;
  return `Four adversarial steps take ${few.toPrecision(2)} s for ${BATCH} images, 1000 steps of the DDPM ${many.toPrecision(3)} s: ${(many / few).toFixed(0)} times as long. The paper has a factor of ${factor} (${setting}).`;
}

export const x4: Experiment = {
  id: 'X4',
  title: 'Time to draw',
  paper: 'Xiao, Kreis, Vahdat 2022, table 1; Okhotnikov, Isachenko, introduction',
  network: 'fashion-mnist-tiny',
  hours: 0.1,
  reported,
  plan: timedSamplers,
  page: (results) => {
    const slowest = secondsOf(results, 'ddpm-1000');
    const rows = names.map((name) => {
      const values = results.first('timing', name)?.values;
      if (!values) return [samplerLabels[name], '–', '–', '–', '–'];
      const { seconds, calls } = values;
      const factor = slowest === undefined ? '–' : `${(slowest / seconds).toPrecision(3)} ×`;
      return [
        samplerLabels[name],
        calls,
        seconds.toPrecision(3),
        ((1000 * seconds) / calls / BATCH).toFixed(2),
        factor,
      ].map(String);
    });
    const theirs = results.reported<typeof reported>().cifar10;
    return {
      about: `How long ${BATCH} images take: the median of ${REPEATS} batches after one that does not count. The generator is the trunk of the denoiser with a latent, so that a call costs about the same.`,
      verdict: verdict(results),
      body: [
        table(['', 'calls', `seconds for ${BATCH} images`, 'ms per image and call', 'faster than DDPM by'], rows),
        `The paper, ${theirs.setting}:\n\n${table(
          ['', 'calls', 'seconds'],
          theirs.rows.map(({ name, calls, seconds }) => [name, String(calls), String(seconds)]),
        )}`,
        ...processorOf(results),
      ],
      differs: [
        'A small network on two cores instead of a large one on a graphics card: what can be compared is the factor.',
      ],
    };
  },
};

const processorOf = (results: Results): string[] => {
  const first = results.file.measurements.find(({ kind }) => kind === 'timing');
  return first
    ? [
        `Taken on ${(first.values as { processor: string }).processor}, ${first.backend}; other work on the machine makes all of it slower.`,
      ]
    : [];
};
