import type { Experiment, How, Sheet } from './experiment.ts';
import { listed, table } from './markdown.ts';
import type { ScoresOf } from './measurement.ts';
import { bestRates, ratesName, SEARCH_STEPS, searchName, searchOf, triedRates } from './rates.ts';
import type { Results } from './results.ts';
import { figure, scoresTable } from './score-tables.ts';
import { compare, formatSpread, type Spread } from './spread.ts';
import { ddgan } from './trainings.ts';

/** T of the denoising diffusion GANs. */
export const ddganSteps = [1, 2, 4, 8, 10] as const;
/** The adversarial losses of the articles, by what they are called there. */
export const losses = {
  gan: 'non-saturating GAN',
  hellinger2: 'squared Hellinger',
  rkl: 'reverse KL',
  tv: 'total variation',
  wgan: 'Wasserstein, gradient penalty',
} as const;
const names = Object.keys(losses) as (keyof typeof losses)[];

/** A denoising diffusion GAN of T steps with the best learning rates of its loss. */
export const ddganScores = (loss: string, steps: number, seed: number, how: How): ScoresOf => ({
  kind: 'scores',
  name: `${loss}-${steps}`,
  of: ddgan({ loss, steps, rates: bestRates(loss, how), seed, small: how.small }),
  sampling: { sampler: 'ddgan' },
  count: 5000,
  seed: 1,
});

/** The search for learning rates, then a network for every T. */
const planOf = (chosen: readonly string[], how: How): ScoresOf[] => [
  ...chosen.flatMap((loss) => searchOf(loss, how.small)),
  ...how.seeds.flatMap((seed) =>
    chosen.flatMap((loss) => ddganSteps.map((steps) => ddganScores(loss, steps, seed, how))),
  ),
];

const lineOf = (results: Results, loss: string): [number, Spread][] =>
  ddganSteps.flatMap((steps): [number, Spread][] => {
    const fid = results.fid(`${loss}-${steps}`);
    return fid ? [[steps, fid]] : [];
  });

const sheetOf = (loss: keyof typeof losses): Sheet => ({
  file: `samples-${loss}.png`,
  caption: `Uncurated samples, ${losses[loss]}; from top to bottom T = ${ddganSteps.join(', ')}.`,
  rows: ddganSteps.map((steps) => `${loss}-${steps}`),
  columns: 14,
});

/** FID of each loss at each T as a table. */
const gridTable = (results: Results, chosen: readonly string[]) =>
  table(
    ['FID-fashion', ...ddganSteps.map((steps) => `T = ${steps}`)],
    chosen.map((loss) => [`\`${loss}\``, ...ddganSteps.map((steps) => formatSpread(results.fid(`${loss}-${steps}`)))]),
  );

/** What the search for learning rates found. */
const searchTable = (results: Results, chosen: readonly string[]) =>
  table(
    ['rates of generator/critic', ...chosen.map((loss) => `\`${loss}\``)],
    triedRates.map((rates) => [
      ratesName(rates),
      ...chosen.map((loss) => formatSpread(results.fid(searchName(loss, rates)))),
    ]),
  );

/** Whether the search was finished for these losses, so that their rates come from it. */
const searched = (results: Results, chosen: readonly string[]): boolean =>
  chosen.every((loss) => triedRates.every((rates) => results.fid(searchName(loss, rates)) !== undefined));

/** The search as a part of a page, as far as it has been run. */
const search = (results: Results, chosen: readonly string[]): string[] =>
  chosen.some((loss) => careOf(results, loss))
    ? [`The search for learning rates, T = 4, ${SEARCH_STEPS} steps:\n\n${searchTable(results, chosen)}`]
    : [];

/** How far the pairs of rates of a loss are apart: a measure of the care that it takes. */
export function careOf(results: Results, loss: string): { best: number; worst: number; diverged: number } | undefined {
  const found = triedRates.map((rates) => results.fid(searchName(loss, rates))?.mean);
  const fids = found.filter((fid) => fid !== undefined);
  if (fids.length === 0) return undefined;
  return { best: Math.min(...fids), worst: Math.max(...fids), diverged: found.length - fids.length };
}

function steadiness(results: Results, chosen: readonly string[]): string {
  const all = chosen.flatMap((loss) => {
    const care = careOf(results, loss);
    return care ? [`\`${loss}\` from ${care.best.toFixed(0)} to ${care.worst.toFixed(0)}`] : [];
  });
  return all.length === 0
    ? ''
    : ` Over the pairs of learning rates FID goes, at T = 4 and after ${SEARCH_STEPS} steps, ${listed(all)}.`;
}

/** Whether FID gets better with T. */
export function improves(line: readonly (readonly [number, Spread])[]): string {
  const [[few, first], [many, last]] = [line[0], line[line.length - 1]];
  const { clear, difference } = compare(first, last);
  const size = `from ${formatSpread(first)} at T = ${few} to ${formatSpread(last)} at T = ${many}`;
  if (!clear) return `does not change clearly, ${size}`;
  return difference < 0 ? `falls ${size}` : `rises ${size}`;
}

const bestOf = (line: readonly (readonly [number, Spread])[]) =>
  line.reduce((best, point) => (point[1].mean < best[1].mean ? point : best));

const figureOf = (results: Results, chosen: readonly (keyof typeof losses)[], title: string) => ({
  ...({ kind: 'lines', title, xLabel: 'T', yLabel: 'FID-fashion', xScale: 'log' } as const),
  series: chosen.map((loss) => ({ name: losses[loss], points: lineOf(results, loss) })),
});

const differsOf = (results: Results, chosen: readonly string[]): string[] => [
  'The articles tell neither widths, batch, learning rates nor the size of the latent. What is trained here is the recipe of the settings below.',
  searched(results, chosen)
    ? 'Learning rates come from a small search for each loss, in the table above.'
    : 'Learning rates are those of the recipe: the search for those of each loss is not finished.',
  'For T > 1 both networks start from a short DDPM of as many steps that predicts x̂0, and the generator keeps a share of its squared error: on two cores this gives in minutes what takes hours from scratch. The losses are so compared as what they make of the same start.',
];

const paper = 'Okhotnikov, Isachenko: faster sampling with adversarial networks';

const reportedOfX2 = { figure3: 'FID improves with T, from 1 to 10 steps; the values are lost' };

export const x2: Experiment = {
  id: 'X2',
  title: 'Denoising diffusion GAN: FID over the number of steps',
  paper: `${paper}, figures 3 and 4`,
  network: 'fashion-mnist-tiny',
  hours: 2.2,
  reported: reportedOfX2,
  plan: (how) => planOf(['gan'], how),
  sheets: [sheetOf('gan')],
  figures: (results) => ({ 'fid.svg': figureOf(results, ['gan'], 'FID-fashion over T, non-saturating GAN') }),
  page: (results) => {
    const line = lineOf(results, 'gan');
    return {
      about: 'A denoising diffusion GAN with the non-saturating loss is trained for each number of steps T.',
      verdict:
        line.length < 2
          ? 'Not enough of it has been run to say anything.'
          : `FID ${improves(line)}; it is lowest at T = ${bestOf(line)[0]}. The paper: ${results.reported<typeof reportedOfX2>().figure3}.`,
      body: [
        figure(results, 'fid.svg', 'FID over T'),
        scoresTable(
          results,
          ddganSteps.map((steps) => [`T = ${steps}`, `gan-${steps}`] as const),
        ),
        ...search(results, ['gan']),
      ],
      differs: differsOf(results, ['gan']),
    };
  },
};

const reportedOfX3 = {
  figures5to9:
    'FID over T from 1 to 10 by loss; the values are lost. The best are squared Hellinger and the non-saturating GAN, which is the most stable; the others need their two learning rates matched with care',
};

export const x3: Experiment = {
  id: 'X3',
  title: 'Denoising diffusion GAN: FID over the number of steps by divergence',
  paper: `${paper}, figures 5 to 9`,
  network: 'fashion-mnist-tiny',
  hours: 11,
  reported: reportedOfX3,
  plan: (how) => planOf(names, how),
  sheets: names.map(sheetOf),
  figures: (results) => ({ 'fid.svg': figureOf(results, names, 'FID-fashion over T by loss') }),
  page: (results) => {
    const lines = names.flatMap((loss) => {
      const line = lineOf(results, loss);
      return line.length > 0 ? [{ loss, best: bestOf(line), line }] : [];
    });
    const ranked = [...lines].sort((a, b) => a.best[1].mean - b.best[1].mean);
    const order = ranked.map(({ loss, best: [steps, fid] }) => `\`${loss}\` ${formatSpread(fid)} at T = ${steps}`);
    return {
      about: 'Denoising diffusion GANs that differ in their adversarial loss alone, for each number of steps T.',
      verdict:
        lines.length < 2
          ? 'Not enough of it has been run to say anything.'
          : `The best of each loss, from good to bad: ${order.join('; ')}.${steadiness(results, names)}`,
      body: [
        figure(results, 'fid.svg', 'FID over T by loss'),
        gridTable(results, names),
        `The paper: ${results.reported<typeof reportedOfX3>().figures5to9}.`,
        ...search(results, names),
        scoresTable(
          results,
          names.flatMap((loss) =>
            ddganSteps.map((steps) => [`\`${loss}\`, T = ${steps}`, `${loss}-${steps}`] as const),
          ),
        ),
      ],
      differs: [
        ...differsOf(results, names),
        'The losses other than `gan` are the plain min–max, with saturating generators, as the articles print them.',
      ],
    };
  },
};
