import type { How } from './experiment.ts';
import type { ScoresOf } from './measurement.ts';
import { type Rates, recipe } from './recipe.ts';
import { ddgan } from './trainings.ts';

/** Pairs of learning rates, as multiples of those of the recipe. */
const multiples: readonly Rates[] = [
  { generator: 1, critic: 1 },
  { generator: 0.5, critic: 0.5 },
  { generator: 0.2, critic: 0.2 },
  { generator: 0.5, critic: 1 },
  { generator: 1, critic: 0.4 },
];

/** Learning rates that are tried for every loss. */
export const triedRates: readonly Rates[] = multiples.map((factor) => ({
  generator: factor.generator * recipe.rates.generator,
  critic: factor.critic * recipe.rates.critic,
}));

/** Length of the short trainings that tell rates apart. */
export const SEARCH_STEPS = 500;

/** What a pair of rates is called. */
export const ratesName = ({ generator, critic }: Rates): string => `${generator}/${critic}`;

/** The search for the learning rates of a loss: short trainings at T = 4, seed 0, one for each pair. */
export const searchOf = (loss: string, small: boolean): ScoresOf[] =>
  triedRates.map((rates) => {
    const variant = { name: `rates-${ratesName(rates).replace('/', '-')}`, set: { 'training.steps': SEARCH_STEPS } };
    return {
      kind: 'scores',
      name: searchName(loss, rates),
      of: ddgan({ loss, steps: 4, rates, seed: 0, small, variant }),
      sampling: { sampler: 'ddgan' },
      count: 2000,
      seed: 1,
    };
  });

/** Name of the measurement of a pair of rates. */
export const searchName = (loss: string, rates: Rates): string => `rates-${loss}-${ratesName(rates)}`;

/** The best rates that the search found for a loss, the recipe's as long as it is not finished. */
export function bestRates(loss: string, { small, valuesOf }: How): Rates {
  const found = searchOf(loss, small).map((measurement) => valuesOf<'scores'>(measurement)?.fid ?? Infinity);
  const best = found.indexOf(Math.min(...found));
  return found.every(Number.isFinite) ? triedRates[best] : recipe.rates;
}
