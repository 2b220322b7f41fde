import { studentDivergences } from './b01-distillation.ts';
import type { Experiment, How, Sheet } from './experiment.ts';
import { table } from './markdown.ts';
import type { ScoresOf } from './measurement.ts';
import { recipe } from './recipe.ts';
import type { Results } from './results.ts';
import { figure, scoresTable } from './score-tables.ts';
import { formatSpread, type Spread } from './spread.ts';
import type { Training } from './training.ts';
import { ddgan, ddganFromScratch, student, studentCalls } from './trainings.ts';
import { ownSteps } from './x01-ddpm-steps.ts';

/** Steps of a DDGAN that take about as long as the 4000 of a student, whose own are dearer. */
const EQUAL_STEPS = 12_000;

const scored = (name: string, of: Training): ScoresOf => ({
  ...{ kind: 'scores', name, of, sampling: { sampler: 'ddgan' }, count: 5000, seed: 1 },
});

/** Whether a DDGAN of so many calls starts from a DDPM: one step of squared error is a mean image. */
const startsFrom = (calls: number) => calls > 1;
const fromDenoiserName = (calls: number) => `from-ddpm-${calls}`;

const studentName = (divergence: string, calls: number) => `student-${divergence}-${calls}`;

function planOf({ seeds, small }: How): ScoresOf[] {
  return seeds.flatMap((seed) => {
    const long = { steps: EQUAL_STEPS, seed, small };
    const fromDenoiser = (calls: number): Training =>
      ddgan({
        ...{ loss: 'gan', rates: recipe.rates, seed, small },
        ...{ steps: calls, variant: { name: 'equal', set: { 'training.steps': EQUAL_STEPS } } },
      });
    return [
      ownSteps(1000, seed, small),
      ...studentCalls.flatMap((calls) => [
        ...studentDivergences.map((divergence) =>
          scored(studentName(divergence, calls), student({ divergence, calls, seed, small })),
        ),
        scored(`scratch-${calls}`, ddganFromScratch({ calls, ...long })),
        ...(startsFrom(calls) ? [scored(fromDenoiserName(calls), fromDenoiser(calls))] : []),
      ]),
    ];
  });
}

/** Rows of the tables: what is trained, and the names of its measurements by calls. */
const lines: readonly (readonly [label: string, nameOf: (calls: number) => string])[] = [
  ...studentDivergences.map(
    (divergence) => [`student, \`${divergence}\``, (calls: number) => studentName(divergence, calls)] as const,
  ),
  ['DDGAN from scratch', (calls) => `scratch-${calls}`],
  ['DDGAN from a DDPM', fromDenoiserName],
];

const pointsOf = (results: Results, nameOf: (calls: number) => string) =>
  studentCalls.flatMap((calls): [number, Spread][] => {
    const fid = results.fid(nameOf(calls));
    return fid ? [[calls, fid]] : [];
  });

const TEACHER = 'ddpm-1000';
/** How many times the teacher's FID that of a student may be. */
const wanted: Readonly<Record<number, number>> = { 1: 1.5, 4: 1.15 };

function verdict(results: Results): string {
  const teacher = results.fid(TEACHER);
  const told = studentCalls.flatMap((calls) => {
    const all = studentDivergences.flatMap((divergence) => {
      const fid = results.fid(studentName(divergence, calls));
      return fid ? [{ divergence, fid }] : [];
    });
    if (!teacher || all.length === 0) return [];
    const best = all.reduce((a, b) => (b.fid.mean < a.fid.mean ? b : a));
    const times = best.fid.mean / teacher.mean;
    const limit = wanted[calls] as number | undefined;
    const judged =
      limit === undefined ? '' : `, ${times <= limit ? 'within' : 'more than'} the ${limit} that was hoped for`;
    return [
      `with ${calls} by \`${best.divergence}\`, ${formatSpread(best.fid)}, ${times.toFixed(2)} times that${judged}`,
    ];
  });
  return told.length === 0 || !teacher
    ? 'Not enough of it has been run to say anything.'
    : `The teacher has FID ${formatSpread(teacher)} with 1000 calls; the best student ${told.join('; ')}.`;
}

const secondsOf = (results: Results, name: string): string => {
  const of = results.first('scores', name)?.of;
  const training = results.file.trainings.find((one) => one.name === of?.name && one.seed === of.seed);
  return training ? training.seconds.toFixed(0) : '–';
};

const sheets: Sheet[] = studentCalls.map((calls) => ({
  file: `samples-${calls}.png`,
  caption: `Uncurated samples with ${calls} ${calls === 1 ? 'call' : 'calls'}: students by ${studentDivergences.join(', ')}; DDGAN from scratch${startsFrom(calls) ? '; DDGAN from a DDPM' : ''}.`,
  rows: lines
    .map(([, nameOf]) => nameOf(calls))
    .filter((name) => startsFrom(calls) || name !== fromDenoiserName(calls)),
  columns: 14,
}));

export const b2: Experiment = {
  id: 'B2',
  title: 'Students of a DDPM in one to four calls by divergence',
  paper: 'Xu, Nie, Vahdat 2025 (f-distill); Yin et al. 2024 (DMD, DMD2)',
  network: 'fashion-mnist-tiny',
  hours: 28,
  reported: {},
  plan: planOf,
  sheets,
  figures: (results) => ({
    'fid.svg': {
      ...{ kind: 'lines', title: 'FID-fashion over calls', xLabel: 'calls', yLabel: 'FID-fashion', xScale: 'log' },
      series: lines.map(([label, nameOf]) => ({ name: label.replaceAll('`', ''), points: pointsOf(results, nameOf) })),
    },
  }),
  page: (results) => ({
    about:
      'The DDPM of 1000 steps of [X1](X1.md) teaches generators of one, two and four calls by five divergences, beside denoising diffusion GANs that train about as long, from scratch and from a DDPM.',
    verdict: verdict(results),
    body: [
      figure(results, 'fid.svg', 'FID over calls'),
      scoresTable(results, [
        ['teacher', TEACHER],
        ...lines.flatMap(([label, nameOf]) =>
          studentCalls.map((calls) => [`${label}, T = ${calls}`, nameOf(calls)] as const),
        ),
      ]),
      `Seconds of training, without those of what it starts from:\n\n${table(
        ['', ...studentCalls.map((calls) => `T = ${calls}`)],
        lines.map(([label, nameOf]) => [label, ...studentCalls.map((calls) => secondsOf(results, nameOf(calls)))]),
      )}`,
    ],
    differs: [
      'The papers distil large models of CIFAR-10 and ImageNet on many graphics cards; this is Fashion-MNIST, small networks and two cores.',
      'Students of two and four calls start from a short DDPM of as many steps that predicts x̂0; those of one call from a GAN, as one step of squared error is a mean image.',
    ],
  }),
};
