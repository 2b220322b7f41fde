import { type Claim, type Judgement, notRun, type ResultsOf } from './claim.ts';
import { claimsOfModels } from './claims-of-models.ts';
import { listed } from './markdown.ts';
import type { Results } from './results.ts';
import { compare, formatSpread, type Spread } from './spread.ts';
import { ddpmSteps } from './x01-ddpm-steps.ts';
import { careOf, ddganSteps, losses } from './x03-divergences.ts';
import { secondsOf } from './x04-timing.ts';

const article = 'Okhotnikov, Isachenko';
const names = Object.keys(losses);

/** FID of the losses at a number of steps, from X3 or, for `gan`, X2. All FIDs here are less their bias, as numbers of samples differ. */
const fidOf = (resultsOf: ResultsOf, loss: string, steps: number): Spread | undefined =>
  resultsOf('X3')?.fidBeyondBias(`${loss}-${steps}`) ?? resultsOf('X2')?.fidBeyondBias(`${loss}-${steps}`);

const fewAgainstMany: Claim = {
  claim: 'With 10 steps the adversarial models match a DDPM of 1000 steps with the same generator',
  paper: article,
  experiments: ['X1', 'X2', 'X3'],
  judge(resultsOf) {
    const ddpm = resultsOf('X1')?.fidBeyondBias('ddpm-1000');
    if (!ddpm) return notRun('X1');
    const found = names.flatMap((loss) => {
      const fid = fidOf(resultsOf, loss, 10);
      return fid ? [{ loss, fid }] : [];
    });
    if (found.length === 0) return notRun('X3');
    const matches = found.filter(({ fid }) => {
      const { difference, clear } = compare(ddpm, fid);
      return difference <= 0 || !clear;
    });
    const told = found.map(({ loss, fid }) => `\`${loss}\` ${formatSpread(fid)}`);
    const because = `FID less its bias at 10 steps: ${listed(told)}; DDPM at 1000 steps: ${formatSpread(ddpm)}.`;
    return { verdict: matches.length > 0 ? 'holds' : 'does not hold', because };
  },
};

const FEW = 10;

const fewAgainstFew: Claim = {
  claim: `With ${FEW} calls the adversarial models draw better than a DDPM of 1000 steps that is drawn with as few`,
  paper: 'Xiao, Kreis, Vahdat 2022',
  experiments: ['X1', 'X2', 'X3'],
  judge(resultsOf) {
    const ways = { DDIM: 'ddim', 'respaced ancestral steps': 'respaced' };
    const denoised = Object.entries(ways).flatMap(([way, name]) => {
      const fid = resultsOf('X1')?.fidBeyondBias(`${name}-${FEW}`);
      return fid ? [{ name: way, fid }] : [];
    });
    if (denoised.length === 0) return notRun('X1');
    const adversarial = names.flatMap((loss) => {
      const fid = fidOf(resultsOf, loss, FEW);
      return fid ? [{ name: `\`${loss}\``, fid }] : [];
    });
    if (adversarial.length === 0) return notRun('X2');
    const told = [...adversarial, ...denoised].map(({ name, fid }) => `${name} ${formatSpread(fid)}`);
    const because = `FID less its bias with ${FEW} calls: ${listed(told)}.`;
    const least = (all: typeof denoised) => all.reduce((a, b) => (b.fid.mean < a.fid.mean ? b : a)).fid;
    const { difference, clear } = compare(least(denoised), least(adversarial));
    if (!clear) return { verdict: 'not shown', because };
    return { verdict: difference < 0 ? 'holds' : 'does not hold', because };
  },
};

const bestLosses: Claim = {
  claim: 'Squared Hellinger and Jensen–Shannon (the non-saturating GAN) give the best samples',
  paper: article,
  experiments: ['X3'],
  judge(resultsOf) {
    const best = names.flatMap((loss) => {
      const all = ddganSteps.flatMap((steps) => fidOf(resultsOf, loss, steps) ?? []);
      return all.length === 0 ? [] : [{ loss, fid: all.reduce((a, b) => (b.mean < a.mean ? b : a)) }];
    });
    if (best.length < names.length) return notRun('X3');
    const ranked = best.sort((a, b) => a.fid.mean - b.fid.mean);
    const because = `Lowest FID of each over T: ${listed(ranked.map(({ loss, fid }) => `\`${loss}\` ${formatSpread(fid)}`))}.`;
    const [first, second, third] = ranked;
    if (![first, second].every(({ loss }) => loss === 'gan' || loss === 'hellinger2'))
      return { verdict: 'does not hold', because };
    // Two are the best when the third is clearly worse than the second.
    return { verdict: compare(second.fid, third.fid).clear ? 'holds' : 'not shown', because };
  },
};

/** Whether FID falls clearly from the first to the last number of steps. */
function fallsWithSteps(
  results: Results | undefined,
  id: string,
  points: readonly (readonly [number, Spread | undefined])[],
): Judgement {
  const known = points.flatMap(([steps, fid]) => (fid ? [{ steps, fid }] : []));
  if (!results || known.length < 2) return notRun(id);
  const [first, last] = [known[0], known[known.length - 1]];
  const { difference, clear } = compare(first.fid, last.fid);
  const because = `FID ${listed(known.map(({ steps, fid }) => `${formatSpread(fid)} at T = ${steps}`))}.`;
  if (!clear) return { verdict: 'not shown', because };
  return { verdict: difference < 0 ? 'holds' : 'does not hold', because };
}

const moreStepsDdpm: Claim = {
  claim: 'FID of a DDPM falls with the number of steps',
  paper: article,
  experiments: ['X1'],
  judge(resultsOf) {
    const results = resultsOf('X1');
    return fallsWithSteps(results, 'X1', ddpmSteps.map((steps) => [steps, results?.fidBeyondBias(`ddpm-${steps}`)])); // prettier-ignore
  },
};

const moreStepsDdgan: Claim = {
  claim: 'FID of an adversarial model falls with the number of steps, from 1 to 10',
  paper: article,
  experiments: ['X2'],
  judge(resultsOf) {
    const results = resultsOf('X2') ?? resultsOf('X3');
    return fallsWithSteps(results, 'X2', ddganSteps.map((steps) => [steps, fidOf(resultsOf, 'gan', steps)])); // prettier-ignore
  },
};

const fasterByMagnitudes: Claim = {
  claim: 'Adversarial models of up to 10 steps draw two orders of magnitude faster than a DDPM of 1000',
  paper: article,
  experiments: ['X4'],
  judge(resultsOf) {
    const results = resultsOf('X4');
    const many = results && secondsOf(results, 'ddpm-1000');
    const found = ddganSteps.flatMap((steps) => {
      const few = results && secondsOf(results, `gan-${steps}`);
      return few === undefined || many === undefined ? [] : [{ steps, few, factor: many / few }];
    });
    if (many === undefined || found.length === 0) return notRun('X4');
    const told = found.map(
      ({ steps, few, factor }) => `${few.toPrecision(3)} s at T = ${steps}, ${factor.toFixed(0)} times as fast`,
    );
    const because = `100 images take the DDPM ${many.toPrecision(3)} s, the DDGAN ${listed(told)}.`;
    // At T = 10 the calls alone are a factor of 100; what a single call costs moves it a little either way.
    return { verdict: found.every(({ factor }) => factor >= 50) ? 'holds' : 'does not hold', because };
  },
};

const steadiest: Claim = {
  claim: 'The non-saturating GAN trains most stably; the others need their two learning rates matched with care',
  paper: article,
  experiments: ['X3'],
  judge(resultsOf) {
    const results = resultsOf('X3');
    if (!results) return notRun('X3');
    const care = names.flatMap((loss) => {
      const found = careOf(results, loss);
      return found ? [{ loss, ...found, factor: found.worst / found.best }] : [];
    });
    if (care.length < names.length) return notRun('X3');
    const least = care.reduce((a, b) =>
      b.diverged < a.diverged || (b.diverged === a.diverged && b.factor < a.factor) ? b : a,
    );
    const told = care.map(
      ({ loss, best, worst, diverged }) =>
        `\`${loss}\` ${best.toFixed(0)} to ${worst.toFixed(0)}${diverged > 0 ? ` (${diverged} diverged)` : ''}`,
    );
    const because = `FID over the pairs of learning rates that were tried, T = 4: ${listed(told)}.`;
    return { verdict: least.loss === 'gan' ? 'holds' : 'does not hold', because };
  },
};

const fidAgreesWithLooks: Claim = {
  claim: 'FID agrees with how samples look',
  paper: article,
  experiments: ['X3'],
  judge(resultsOf) {
    const results = resultsOf('X3');
    const pairs = names.flatMap((loss) =>
      ddganSteps.flatMap((steps) => {
        const values = results?.first('scores', `${loss}-${steps}`)?.values;
        return values ? [[values.fid, values.precision] as const] : [];
      }),
    );
    if (pairs.length < 5) return notRun('X3');
    const correlation = rankCorrelation(pairs);
    return {
      verdict: 'not shown',
      because: `Looks are no number; the sheets of X3 are there to be looked at. Over its ${pairs.length} networks the rank correlation of FID with precision, the share of samples that are like data, is ${correlation.toFixed(2)}.`,
    };
  },
};

/** Spearman's: the correlation of the ranks. */
export function rankCorrelation(pairs: readonly (readonly [number, number])[]): number {
  const n = pairs.length;
  const ranks = ([0, 1] as const).map((side) => {
    const values = pairs.map((pair) => pair[side]);
    return values.map((value) => {
      const below = values.filter((other) => other < value).length;
      const equal = values.filter((other) => other === value).length;
      return below + (equal - 1) / 2;
    });
  });
  const mean = (n - 1) / 2;
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, rank, i) => sum + (rank - mean) * (b[i] - mean), 0);
  return product(ranks[0], ranks[1]) / Math.sqrt(product(ranks[0], ranks[0]) * product(ranks[1], ranks[1]));
}

/** The claims of the papers, one by one. */
export const claims: readonly Claim[] = [
  fewAgainstMany,
  fewAgainstFew,
  bestLosses,
  moreStepsDdpm,
  moreStepsDdgan,
  fasterByMagnitudes,
  fidAgreesWithLooks,
  steadiest,
  ...claimsOfModels,
];
