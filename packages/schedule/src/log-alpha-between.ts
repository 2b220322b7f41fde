import type { NoiseSchedule } from './noise-schedule.ts';

/** log(ᾱ_t / ᾱ_s) for s < t, summed over the steps s+1…t: exact to rounding whether little or much is left. */
export function logAlphaBetween({ alpha, beta }: NoiseSchedule, t: number, s: number): number {
  let sum = 0;
  for (let i = s; i < t; i++) sum += beta[i] < 0.5 ? Math.log1p(-beta[i]) : Math.log(alpha[i]);
  return sum;
}
