import type { NoiseSchedule } from '@diffgan/schedule';
import { bumps } from '../../bumps-on-a-line.ts';

/** Signal √ᾱ and variances of the noise and of each bump at a step of a schedule, t = 1…T. */
export function diffusedBumps({ alphaBar, oneMinusAlphaBar }: NoiseSchedule, t: number) {
  const [kept, noise] = [alphaBar[t - 1], oneMinusAlphaBar[t - 1]];
  return { signal: Math.sqrt(kept), noise, variance: kept * bumps.std ** 2 + noise };
}

/** Log density, and its slope, where the bumps lie at `signal` times their means and have this variance. */
export function logDensityOf(signal: number, variance: number): (x: number) => { log: number; score: number } {
  const { means, weights } = bumps;
  const constant = Math.log(2 * Math.PI * variance) / 2;
  return (x) => {
    const logs = means.map((mean, i) => Math.log(weights[i]) - (x - signal * mean) ** 2 / (2 * variance));
    const most = Math.max(...logs);
    const shares = logs.map((log) => Math.exp(log - most));
    const total = shares.reduce((sum, share) => sum + share, 0);
    const mean = means.reduce((sum: number, one, i) => sum + (shares[i] * one) / total, 0);
    return { log: most + Math.log(total) - constant, score: (signal * mean - x) / variance };
  };
}
