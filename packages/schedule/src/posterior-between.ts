import { logAlphaBetween } from './log-alpha-between.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/** The Gaussian q(x_s | x_t, x_0): mean `posteriorX0`·x_0 + `posteriorXt`·x_t, and its variance. */
export interface StridedPosterior {
  /** Weight of x_0 in the mean; 1 at s = 0. */
  posteriorX0: number;
  /** Weight of x_t in the mean; 0 at s = 0. */
  posteriorXt: number;
  /** Variance; 0 at s = 0. */
  variance: number;
}

/**
 * q(x_s | x_t, x_0) for any s < t, the posterior of a sampler that skips steps; s = t − 1 gives the arrays of the schedule.
 *
 * @param t a step in 1…T
 * @param s an earlier step, from 0, which is the data, to t − 1
 * @returns three numbers
 * @throws RangeError unless s and t are whole numbers with 0 ≤ s < t ≤ T
 *
 * Source: Song, Meng, Ermon 2021 (arXiv:2010.02502), eq. 7, with the variance of η = 1.
 *
 * @example
 * ```ts
 * import { linearSchedule, posteriorBetween } from '@diffgan/schedule';
 *
 * posteriorBetween(linearSchedule(), 600, 500); // { posteriorX0: 0.1930…, posteriorXt: 0.5428…, variance: 0.6344… }
 * ```
 */
export function posteriorBetween(schedule: NoiseSchedule, t: number, s: number): StridedPosterior {
  const { steps, alphaBar, oneMinusAlphaBar } = schedule;
  if (!(Number.isInteger(t) && t >= 1 && t <= steps))
    throw new RangeError(`posteriorBetween: t is ${t}; steps are whole numbers from 1 to ${steps}`);
  if (!(Number.isInteger(s) && s >= 0 && s < t))
    throw new RangeError(`posteriorBetween: s is ${s}; it must be a whole number from 0 to t − 1 = ${t - 1}`);
  if (s === 0) return { posteriorX0: 1, posteriorXt: 0, variance: 0 };
  const logRatio = logAlphaBetween(schedule, t, s);
  const added = -Math.expm1(logRatio);
  const noiseShare = oneMinusAlphaBar[s - 1] / oneMinusAlphaBar[t - 1];
  return {
    posteriorX0: (Math.sqrt(alphaBar[s - 1]) * added) / oneMinusAlphaBar[t - 1],
    posteriorXt: Math.exp(0.5 * logRatio) * noiseShare,
    variance: added * noiseShare,
  };
}
