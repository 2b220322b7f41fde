import { type NoiseSchedule, vpSchedule } from '@diffgan/schedule';
import type { BumpsOf, BumpsValues, ReverseSteps } from '../../measurement.ts';
import type { Measured } from './measured.ts';

/** The line is cut into cells of this width; the narrowest density has a standard deviation of several. */
const CELL = 0.002;
const REACH = 6;
const cells = Array.from({ length: Math.round((2 * REACH) / CELL) + 1 }, (_, i) => -REACH + i * CELL);
/** Densities are told at every so many cells of this middle part. */
const THIN = 25;
const MIDDLE = 3;
/** Every so many x_t count. */
const THIN_XT = 31;
/** A mode lower than this share of the highest is none that matters. */
const LOW = 0.01;

/** Densities of two bumps and of their reverse steps, by quadrature. */
export function measureBumps({ std, steps }: Pick<BumpsOf, 'std' | 'steps'>): Measured<'bumps'> {
  const first = vpSchedule(steps[0]);
  const isTold = (i: number) => i % THIN === 0 && Math.abs(cells[i]) < MIDDLE + CELL / 2;
  const thin = (density: readonly number[]) => density.filter((_, i) => isTold(i)).map(short);
  const values: BumpsValues = {
    grid: thin(cells),
    marginals: Array.from({ length: first.steps + 1 }, (_, t) => thin(cells.map(marginal(first, t, std)))),
    reverse: steps
      .map((T) => leastNormal(vpSchedule(T), std))
      .map(({ density, ...step }) => ({ ...step, density: thin(density) })),
  };
  return { values, files: {} };
}

const short = (value: number) => Number(value.toPrecision(4));

/** q(x_t): the mean of two normal densities around ±√ᾱ_t. */
function marginal({ alphaBar, oneMinusAlphaBar }: NoiseSchedule, t: number, std: number): (x: number) => number {
  const [kept, noise] = t === 0 ? [1, 0] : [alphaBar[t - 1], oneMinusAlphaBar[t - 1]];
  const variance = kept * std ** 2 + noise;
  const normal = (x: number) => Math.exp(-(x ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  return (x) => (normal(x - Math.sqrt(kept)) + normal(x + Math.sqrt(kept))) / 2;
}

/** The step t ≥ 2 (or the only one) whose reverse is farthest from a normal distribution. */
function leastNormal(schedule: NoiseSchedule, std: number): ReverseSteps {
  const T = schedule.steps;
  // Of many steps every few are enough: neighbours are alike.
  const stride = Math.max(1, Math.floor(T / 100));
  const candidates = Array.from({ length: Math.ceil(T / stride) }, (_, i) => 1 + i * stride);
  const all = candidates.map((t) => ({ t, ...reverseOf(schedule, t, std) }));
  const { t, divergence, multimodal } = all.reduce((most, one) => (one.divergence > most.divergence ? one : most));
  return { steps: T, t, divergence, multimodal, xt: 0, density: posterior(schedule, t, std)(0) };
}

/** q(x_{t−1} | x_t) on the cells, for a given x_t. */
function posterior(schedule: NoiseSchedule, t: number, std: number): (xt: number) => number[] {
  const before = cells.map(marginal(schedule, t - 1, std));
  const [signal, beta] = [Math.sqrt(schedule.alpha[t - 1]), schedule.beta[t - 1]];
  return (xt) => {
    // What is farther away than ten standard deviations of the step is nothing in float64 beside the rest.
    const near = (x: number) => (xt - signal * x) ** 2 < 100 * beta;
    const joint = cells.map((x, i) => (near(x) ? before[i] * Math.exp(-((xt - signal * x) ** 2) / (2 * beta)) : 0));
    const total = joint.reduce((sum, p) => sum + p, 0) * CELL;
    return joint.map((p) => p / total);
  };
}

/** How far the reverse of a step is from normal distributions, on average over x_t. */
function reverseOf(schedule: NoiseSchedule, t: number, std: number): Pick<ReverseSteps, 'divergence' | 'multimodal'> {
  const after = marginal(schedule, t, std);
  const given = posterior(schedule, t, std);
  let [weight, divergence, multimodal] = [0, 0, 0];
  for (let i = 0; i < cells.length; i += THIN_XT) {
    const p = after(cells[i]);
    if (p < 1e-9) continue;
    const density = given(cells[i]);
    weight += p;
    divergence += p * fromNormal(density);
    multimodal += p * (modesOf(density) > 1 ? 1 : 0);
  }
  return { divergence: divergence / weight, multimodal: multimodal / weight };
}

/** KL of a density from the normal distribution of the same mean and variance: the difference of their entropies. */
function fromNormal(density: readonly number[]): number {
  let [mean, square, entropy] = [0, 0, 0];
  density.forEach((p, i) => {
    mean += p * cells[i] * CELL;
    square += p * cells[i] ** 2 * CELL;
    if (p > 0) entropy -= p * Math.log(p) * CELL;
  });
  return Math.max(0, 0.5 * Math.log(2 * Math.PI * Math.E * (square - mean ** 2)) - entropy);
}

/** Local maxima that are not negligible. */
function modesOf(density: readonly number[]): number {
  const most = Math.max(...density);
  return density.filter((p, i) => p > LOW * most && p > (density[i - 1] ?? 0) && p >= (density[i + 1] ?? 0)).length;
}
