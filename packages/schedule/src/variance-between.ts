import type { NoiseSchedule } from './noise-schedule.ts';

/** 1 − ᾱ_t / ᾱ_s, the variance that the steps s+1…t add; β_t itself if there is only one. */
export function varianceBetween({ beta }: NoiseSchedule, t: number, s: number): number {
  if (t - s === 1) return beta[t - 1];
  let logRatio = 0;
  for (let i = s; i < t; i++) logRatio += Math.log1p(-beta[i]);
  return -Math.expm1(logRatio);
}
