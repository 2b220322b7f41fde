import type { DistillationDivergence } from '@diffgan/fgan-losses';
import { bumpDensity, normalDensity } from './bumps-on-a-line.ts';
import type { Experiment, How } from './experiment.ts';
import type { Figure } from './figure.ts';
import { listed, table } from './markdown.ts';
import type { ModesOf } from './measurement.ts';
import { panels } from './panels.ts';
import type { Results } from './results.ts';
import type { Sampling } from './sampling.ts';
import { figure } from './score-tables.ts';
import { formatSpread } from './spread.ts';
import type { StudentOf, StudentValues } from './student-measurement.ts';
import type { Json, Training } from './training.ts';

/** Divergences of the experiments on students, from those that seek modes to those that cover them. */
export const studentDivergences = ['rkl', 'jeffreys', 'hellinger2', 'js2', 'kl'] as const;

const onLine = (divergence: DistillationDivergence, seed: number): StudentOf => ({
  ...{ kind: 'student', name: `line-${divergence}`, divergence, steps: 3000, seed },
});

const points = (name: string, preset: string, seed: number, set: Readonly<Record<string, Json>> = {}): Training => ({
  ...{ name: `gaussians25-${name}`, preset, set: { ...set, 'records.metricEvery': 0 }, seed },
});
const teacher = (seed: number) => points('ddpm', 'gaussians25-ddpm', seed);
const start = (seed: number) => points('short', 'gaussians25-ddgan', seed, { 'training.steps': 6000 });
const student = (divergence: string, seed: number): Training => ({
  ...points(`student-${divergence}`, 'gaussians25-distil', seed, {
    'training.divergence': divergence,
    'training.steps': 3000,
    'training.fakeSteps': 3,
    'training.learningRate.generator': 1e-4,
  }),
  ...{ teacher: teacher(seed), init: start(seed) },
});

const modesOf = (name: string, of: Training, sampler: Sampling['sampler']): ModesOf => ({
  ...{ kind: 'modes', name, of, sampling: { sampler }, count: 10_000, seed: 1 },
});

const rows = [
  ['teacher', 'the teacher, DDPM, T = 100'],
  ['start', 'the start, a short DDGAN, T = 4'],
  ...studentDivergences.map((name) => [`student-${name}`, `student, \`${name}\`, T = 4`] as const),
] as const;

const reported = {
  table:
    'f-distill: of the divergences compared, Jensen–Shannon gives the best FID on ImageNet; reverse KL seeks modes, forward KL covers them',
};

/** What is known of the students on a line, in the order of the divergences. */
const studentsOf = (results: Results): (readonly [DistillationDivergence, StudentValues])[] =>
  studentDivergences.flatMap((name) => {
    const values = results.first('student', `line-${name}`)?.values;
    return values ? [[name, values] as const] : [];
  });

function verdict(results: Results): string {
  const line = studentsOf(results);
  const found = studentDivergences.flatMap((name) => {
    const kl = results.spread('modes', `student-${name}`, (values) => values.kl);
    return kl ? [{ name, kl }] : [];
  });
  if (line.length < studentDivergences.length || found.length < studentDivergences.length)
    return 'Not all of it has been run.';
  const widest = [...line].sort(([, a], [, b]) => a.deviation - b.deviation).map(([name]) => name);
  const wanted = [...line].sort(([, a], [, b]) => a.optimum.deviation - b.optimum.deviation).map(([name]) => name);
  const apart = Math.max(...line.map(([, { deviation, optimum }]) => Math.abs(deviation - optimum.deviation)));
  const inOrder =
    widest.join() === wanted.join() ? 'the order that quadrature predicts' : `by quadrature ${listed(wanted)}`;
  const byKl = [...found]
    .sort((a, b) => b.kl.mean - a.kl.mean)
    .map(({ name, kl }) => `\`${name}\` ${formatSpread(kl, 3)}`);
  return [
    `On the line the normal students are, from the narrowest to the widest, ${listed(widest)}: ${inOrder}, whose deviations they meet to ${apart.toFixed(2)}.`,
    `Of the 25 Gaussians, the divergence of the counts of the modes from equal ones is ${listed(byKl)} nats.`,
  ].join(' ');
}

const lineTable = (results: Results) =>
  table(
    ['divergence', 'mean', 'by quadrature', 'standard deviation', 'by quadrature'],
    studentsOf(results).map(([name, { mean, deviation, optimum }]) => [
      `\`${name}\``,
      ...[mean, optimum.mean, deviation, optimum.deviation].map((value) => value.toFixed(3)),
    ]),
  );

const modesTable = (results: Results) =>
  table(
    ['', 'calls', 'modes of 25', 'high quality', 'KL of the modes, nats'],
    rows.map(([name, label]) => [
      label,
      String(results.first('modes', name)?.values.calls ?? '–'),
      formatSpread(results.spread('modes', name, ({ modes }) => modes), results.file.seeds.length > 1 ? 1 : 0), // prettier-ignore
      `${formatSpread(results.spread('modes', name, ({ highQuality }) => 100 * highQuality), 1)} %`, // prettier-ignore
      formatSpread(results.spread('modes', name, ({ kl }) => kl), 3), // prettier-ignore
    ]),
  );

const grid = Array.from({ length: 121 }, (_, i) => -3 + i * 0.05);
const picture = (results: Results) => {
  const over = (density: (x: number) => number) => grid.map((x) => [x, density(x)] as const);
  return panels([
    studentsOf(results).map(([title, { optimum, ...found }]) => ({
      title,
      lines: [over(bumpDensity), over(normalDensity(found)), over(normalDensity(optimum))],
    })),
  ]);
};

export const b1: Experiment = {
  id: 'B1',
  title: 'Students of points: which modes a divergence seeks and which it covers',
  paper: 'Xu, Nie, Vahdat 2025 (f-distill), section 3 and table 1',
  network: 'perceptrons of 3 × 128',
  hours: 0.7,
  reported,
  plan: ({ seeds }: How) =>
    seeds.flatMap((seed) => [
      // One seed is enough on the line: what it should come to is known.
      ...(seed === seeds[0] ? studentDivergences.map((name) => onLine(name, seed)) : []),
      modesOf('teacher', teacher(seed), 'ddpm'),
      modesOf('start', start(seed), 'ddgan'),
      ...studentDivergences.map((name) => modesOf(`student-${name}`, student(name, seed), 'ddgan')),
    ]),
  figures: (results): Readonly<Record<string, Figure>> =>
    studentsOf(results).length > 0 ? { 'line.svg': { kind: 'svg', svg: picture(results) } } : {},
  page: (results) => ({
    about:
      'Distillation by f-divergences where the truth is known. On a line, the teacher has the exact scores of two bumps, 0.7 of the mass at −1 and 0.3 at 1, and the student can only be normal: a divergence shows by where it comes to rest. In the plane, a DDPM of 25 Gaussians teaches a generator of four calls.',
    verdict: verdict(results),
    body: [
      ...(studentsOf(results).length > 0
        ? [
            `${figure(results, 'line.svg', 'Densities of teacher and students')}\n\nBlue: the bumps. Orange: the trained student. Grey: where it should be by quadrature.`,
            lineTable(results),
            'Quadrature looks for the normal distribution at which the expected gradient of the samples is 0, from the same start, with the same levels of noise and the true densities; `distil` has a fake denoiser and a critic that learn them.',
          ]
        : []),
      modesTable(results),
      `The paper: ${results.reported<typeof reported>().table}.`,
      ...rows.flatMap(([name, label]) => {
        const file = results.first('modes', name)?.files[0];
        return file === undefined ? [] : [figure(results, file, label.replaceAll('`', ''))];
      }),
    ],
    differs: [
      'The paper distils models of images; these are points, for which all is known.',
      'From fresh weights students of 25 Gaussians were seen to fall into one mode. Here they start from a short DDGAN, which covers all and is not sharp; it, the rates and `fakeSteps` were chosen by short trials, in which other settings lost modes.',
    ],
  }),
};
