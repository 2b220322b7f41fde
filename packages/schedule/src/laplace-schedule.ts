import { checkSteps } from './check-steps.ts';
import { deriveSchedule } from './derive-schedule.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/** Options of {@link laplaceSchedule}. */
export interface LaplaceScheduleOptions {
  /**
   * Largest β, in (0, 1); only the last steps reach it.
   * @defaultValue `0.999`
   */
  maxBeta?: number;
}

/**
 * Noise levels that crowd around log SNR = 0, in the form of the `'laplace'` schedule of the diffusers library:
 * β_t = min(1 − f(t/T)/f((t−1)/T), maxBeta) with f(r) = √σ(λ(r)), λ(r) = −½ sign(½ − r) log(1 − 2|½ − r| + 10⁻⁶) and the logistic
 * function σ(·). f is a root there, so that ᾱ_t falls as its first power.
 *
 * @param steps T, a whole number ≥ 1
 * @returns a frozen schedule named `'laplace'`
 * @throws RangeError if `steps` is not a whole number ≥ 1 or `maxBeta` is outside (0, 1)
 *
 * Source: Hang, Gu 2024 (arXiv:2407.03297), table 1.
 *
 * @example
 * ```ts
 * import { laplaceSchedule } from '@diffgan/schedule';
 *
 * laplaceSchedule().alphaBar[499]; // 0.7074…
 * ```
 */
export function laplaceSchedule(steps = 1000, options: LaplaceScheduleOptions = {}): NoiseSchedule {
  const { maxBeta = 0.999 } = options;
  checkSteps('laplaceSchedule', steps);
  if (!(maxBeta > 0 && maxBeta < 1))
    throw new RangeError(`laplaceSchedule: maxBeta is ${maxBeta}; it must lie in (0, 1)`);
  const f = (r: number) => Math.sqrt(1 / (1 + Math.exp(-logSnr(r))));
  const betas = Float64Array.from({ length: steps }, (_, i) =>
    Math.min(1 - f((i + 1) / steps) / f(i / steps), maxBeta),
  );
  return deriveSchedule('laplace', betas);
}

/** λ(r); Python's copysign(1, 0) is 1. */
function logSnr(r: number): number {
  const side = r > 0.5 ? -1 : 1;
  return -0.5 * side * Math.log(1 - 2 * Math.abs(0.5 - r) + 1e-6);
}
