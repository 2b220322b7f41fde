import type { Experiment, How } from './experiment.ts';
import { table } from './markdown.ts';
import type { ModesOf, ModesValues } from './measurement.ts';
import type { Results } from './results.ts';
import type { Sampling } from './sampling.ts';
import { figure } from './score-tables.ts';
import { formatSpread } from './spread.ts';
import type { Json, Training } from './training.ts';

/** A row of the first table. */
interface Row {
  readonly name: string;
  readonly label: string;
  readonly preset: string;
  readonly set: Readonly<Record<string, Json>>;
  readonly sampler: Sampling['sampler'];
}

const ddganOf = (loss: string): Row => ({
  name: `ddgan-${loss}`,
  label: `DDGAN, \`${loss}\`, T = 4`,
  preset: 'gaussians25-ddgan',
  set: { 'training.loss': loss },
  sampler: 'ddgan',
});

const plainOf = (loss: string, label: string): Row => ({
  name: `plain-${loss}`,
  label,
  preset: 'gaussians25-gan',
  set: { 'training.loss': loss },
  sampler: 'ddgan',
});

const rows: readonly Row[] = [
  ...['gan', 'hellinger2', 'rkl', 'tv', 'wgan'].map(ddganOf),
  { name: 'ddpm', label: 'DDPM, T = 100', preset: 'gaussians25-ddpm', set: {}, sampler: 'ddpm' },
  plainOf('gan', 'GAN, T = 1'),
  plainOf('wgan', 'WGAN-GP, T = 1'),
];

/** ᾱ of the schedule of the preset, whose levels √(1/ᾱ − 1) shrink with the data. */
const alphaBar = [0.4, 0.112, 0.0224, 4.48e-5];
const UNIT = 1 / (2 * Math.SQRT2);
const betasOfUnit = (() => {
  const kept = alphaBar.map((share) => 1 / (1 + (UNIT / 4) ** 2 * (1 / share - 1)));
  return kept.map((share, i) => 1 - share / (kept[i - 1] ?? 1));
})();

/** What makes narrow modes easy: each row changes one thing. */
const changed = (name: string, label: string, set: Row['set']): Row => ({
  ...{ name, label, preset: 'gaussians25-ddgan', sampler: 'ddgan' },
  set: { ...set, 'training.steps': 6000 },
});
const variants: readonly Row[] = [
  changed('short', 'the preset, `gan`', {}),
  changed('unit-variance', 'coordinates of unit variance, the same signal/noise', {
    'data.scale': UNIT,
    schedule: { name: 'betas', betas: betasOfUnit },
  }),
  changed('vp', '`vpSchedule(4)`', { schedule: { name: 'vp', steps: 4, betas: null } }),
  changed('beta1', 'Adam with β₁ = 0.5', { 'training.adam.beta1': 0.5 }),
  changed('rates', 'learning rates of 2 · 10⁻³', { 'training.learningRate': { generator: 2e-3, critic: 2e-3 } }),
  changed('penalty', '`wgan` with 10 (‖∇V‖ − 1)² instead of 0.3 ‖∇V‖²', {
    'training.loss': 'wgan',
    'training.gradientPenalty': { lambda: 10, target: 1 },
  }),
];

const trainingOf = ({ name, preset, set }: Row, seed: number): Training => ({
  name: `gaussians25-${name}`,
  preset,
  set: { ...set, 'records.metricEvery': 0 },
  seed,
});

const measured = (row: Row, seed: number): ModesOf => ({
  kind: 'modes',
  name: row.name,
  of: trainingOf(row, seed),
  sampling: { sampler: row.sampler },
  count: 10_000,
  seed: 1,
});

const reported = {
  figure6:
    'the denoising diffusion GAN has all 25 modes with samples of high quality; the GAN and WGAN-GP lose modes or quality',
  /** Share of the data itself within three standard deviations, 1 − exp(−9/2). */
  highQualityOfData: 1 - Math.exp(-9 / 2),
};

const tableOf = (results: Results, shown: readonly Row[]) =>
  table(
    ['', 'calls', 'modes of 25', 'high quality', 'KL of the modes, nats'],
    shown.map(({ name, label }) => {
      const spread = (valueOf: (values: ModesValues) => number, digits: number) =>
        formatSpread(results.spread('modes', name, valueOf), digits);
      return [
        label,
        String(results.first('modes', name)?.values.calls ?? '–'),
        spread(({ modes }) => modes, results.file.seeds.length > 1 ? 1 : 0),
        `${spread(({ highQuality }) => 100 * highQuality, 1)} %`,
        spread(({ kl }) => kl, 3),
      ];
    }),
  );

function verdict(results: Results): string {
  const found = rows.flatMap(({ name, label }) => {
    const modes = results.spread('modes', name, (values) => values.modes);
    const quality = results.spread('modes', name, (values) => values.highQuality);
    return modes && quality
      ? [{ label, modes: modes.mean, quality: quality.mean, few: label.startsWith('DDGAN') }]
      : [];
  });
  if (found.length === 0) return 'Not run.';
  const whole = found.filter(({ modes }) => modes === 25).map(({ label }) => label);
  const lost = found.filter(({ modes }) => modes < 25).map(({ label, modes }) => `${label} (${modes.toFixed(0)})`);
  const few = found.filter((one) => one.few);
  const range = few.map(({ quality }) => 100 * quality);
  return [
    whole.length === 0 ? 'Nothing finds all 25 modes.' : `All 25 modes are found by ${whole.join('; ')}.`,
    ...(lost.length === 0 ? [] : [`Modes are lost by ${lost.join('; ')}.`]),
    ...(few.length === 0
      ? []
      : [
          `Of the samples of the denoising diffusion GANs ${Math.min(...range).toFixed(1)} to ${Math.max(...range).toFixed(1)} % are of high quality; of the data itself ${(100 * results.reported<typeof reported>().highQualityOfData).toFixed(1)} % are.`,
        ]),
  ].join(' ');
}

const pictures = (results: Results) =>
  rows.flatMap(({ name, label }) => {
    const file = results.first('modes', name)?.files[0];
    return file === undefined ? [] : [figure(results, file, label.replaceAll('`', ''))];
  });

export const x24: Experiment = {
  id: 'X24',
  title: '25 Gaussians: which losses find all modes',
  paper: 'Xiao, Kreis, Vahdat 2022, figure 6',
  network: 'perceptrons of 3 × 128',
  hours: 0.4,
  reported,
  plan: ({ seeds }: How) => seeds.flatMap((seed) => [...rows, ...variants].map((row) => measured(row, seed))),
  page: (results) => ({
    about:
      'Points of the plane from 25 narrow Gaussians on a grid, the toy problem of mode collapse. A mode is found when one of the samples lies within three standard deviations of its centre; samples that near any centre are of high quality.',
    verdict: verdict(results),
    body: [
      tableOf(results, rows),
      `The paper: ${results.reported<typeof reported>().figure6}.`,
      'One call is one run of the generator (of the denoiser for DDPM) for all samples of a batch. DDPM has but one network, and no opponent.',
      `What makes narrow modes easy, and what runs of 6000 steps come to without it:\n\n${tableOf(results, variants)}`,
      ...notes,
      ...pictures(results),
      'Grey: data. Blue: samples of the averaged weights at the end.',
    ],
    differs: [
      'The paper tells no numbers for this figure, nor its networks.',
      '`tv` and `wgan` have a penalty of 0.3 ‖∇V‖² between data and samples; the gradient penalty of the papers is in the second table.',
    ],
  }),
};

const notes = [
  [
    '- **The scale of the data.** Perceptrons learn slowly what changes over a small part of the range of their inputs. Coordinates up to ±16 instead of ±1.4 let the critic be steep from the start; the schedule ends in noise all the same.',
    '- **The levels of noise.** A wrong x̂0 at high noise drowns in the noise of the posterior; only the last step must be sharp. So its level should leave no doubt which mode a point came from, and every further level should leave doubt between neighbours only; then so much noise that nothing is left of the data.',
    '- **The learning rate.** At twice the rate the game does not converge until the cosine has brought it down.',
    '- **Penalties.** `gan`, `hellinger2` and `rkl` need none. The best critic of `tv` is a step, which has no slope to learn from, and `wgan` has none at all without a bound on its slope. Where data and samples agree, as they mostly do here given x_t, a slope of 1 would be wrong.',
  ].join('\n'),
];
