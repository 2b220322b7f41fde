import { type DistillationDivergence, divergence } from '@diffgan/fgan-losses';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { Normal } from '../../bumps-on-a-line.ts';
import { diffusedBumps, logDensityOf } from './diffused-bumps.ts';

/** Steps of the teacher, each group of which has weights with a mean of 1 of its own. */
export type Levels = readonly (readonly number[])[];

/** Nodes of the quadrature, in standard deviations. */
const nodes = Array.from({ length: 321 }, (_, i) => -8 + i * 0.05);
const masses = nodes.map((z) => (0.05 * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI));
const [RATE, MOST, CLOSE] = [0.05, 20_000, 1e-7];

/**
 * The normal distribution at which a distillation comes to rest, from a start: where the expected gradient of its samples, by quadrature
 * and with the true densities, is 0.
 */
export function normalOptimum(
  name: DistillationDivergence,
  schedule: NoiseSchedule,
  levels: Levels,
  start: Normal,
): Normal {
  let { mean, deviation } = start;
  for (let i = 0; i < MOST; i++) {
    const [byMean, byDeviation] = expectedGradient(name, schedule, levels, { mean, deviation });
    mean -= RATE * byMean;
    deviation -= RATE * byDeviation;
    if (Math.hypot(byMean, byDeviation) < CLOSE) return { mean, deviation };
  }
  throw new Error(`normalOptimum: ${name} has not come to rest after ${MOST} steps`);
}

/** By mean and standard deviation of P: Σ E[w(u) (∇log p − ∇log q) √ᾱ (1, z)] with w over its mean in each group. */
function expectedGradient(
  name: DistillationDivergence,
  schedule: NoiseSchedule,
  levels: Levels,
  student: Normal,
): [number, number] {
  const weight = weightOf(name);
  const steps = levels.flat().length;
  let [byMean, byDeviation] = [0, 0];
  for (const group of levels) {
    let [ofMean, ofDeviation, total] = [0, 0, 0];
    for (const t of group) {
      const { signal, noise, variance } = diffusedBumps(schedule, t);
      const spread = Math.hypot(signal * student.deviation, Math.sqrt(noise));
      const densityOf = logDensityOf(signal, variance);
      nodes.forEach((z, i) => {
        const { log, score } = densityOf(signal * student.mean + spread * z);
        const logOfStudent = -(z * z) / 2 - Math.log(spread * Math.sqrt(2 * Math.PI));
        const w = masses[i] * weight(Math.exp(log - logOfStudent));
        const pull = w * signal * (-z / spread - score);
        total += w;
        ofMean += pull;
        ofDeviation += (pull * signal * student.deviation * z) / spread; // E[z of x0 | x]
      });
    }
    const share = group.length / steps;
    byMean += (share * ofMean) / total;
    byDeviation += (share * ofDeviation) / total;
  }
  return [byMean, byDeviation];
}

/** u² f''(u), the second derivative by differences of the exact first. */
function weightOf(name: DistillationDivergence): (u: number) => number {
  const { fPrime } = divergence(name);
  return (u) => {
    const step = 1e-4 * u;
    return u > 0 ? (u * u * (fPrime(u + step) - fPrime(u - step))) / (2 * step) : 0;
  };
}
