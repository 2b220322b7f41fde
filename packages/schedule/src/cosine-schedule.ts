import { checkSteps } from './check-steps.ts';
import { deriveSchedule } from './derive-schedule.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/** Options of {@link cosineSchedule}. */
export interface CosineScheduleOptions {
  /**
   * Offset that keeps β_1 from being too small, ≥ 0.
   * @defaultValue `0.008`
   */
  s?: number;
  /**
   * Largest β, in (0, 1); only the last steps reach it.
   * @defaultValue `0.999`
   */
  maxBeta?: number;
}

/**
 * ᾱ_t falling like the square of a cosine: β_t = min(1 − f(t)/f(t−1), maxBeta) with f(t) = cos²(½π (t/T + s)/(1 + s)). ᾱ is the
 * product of the capped variances.
 *
 * @param steps T, a whole number ≥ 1
 * @returns a frozen schedule named `'cosine'`
 * @throws RangeError if `steps` is not a whole number ≥ 1, `s` is negative or not finite, or `maxBeta` is outside (0, 1)
 *
 * Source: Nichol, Dhariwal 2021 (arXiv:2102.09672), eq. 17.
 *
 * @example
 * ```ts
 * import { cosineSchedule } from '@diffgan/schedule';
 *
 * cosineSchedule(4).alphaBar; // Float64Array [0.8470…, 0.4938…, 0.1442…, 0.000144…]
 * ```
 */
export function cosineSchedule(steps = 1000, options: CosineScheduleOptions = {}): NoiseSchedule {
  const { s = 0.008, maxBeta = 0.999 } = options;
  checkSteps('cosineSchedule', steps);
  if (!(s >= 0 && s < Infinity)) throw new RangeError(`cosineSchedule: s is ${s}; the offset must be ≥ 0 and finite`);
  if (!(maxBeta > 0 && maxBeta < 1))
    throw new RangeError(`cosineSchedule: maxBeta is ${maxBeta}; it must lie in (0, 1)`);
  const angle = (t: number) => ((Math.PI / 2) * (t / steps + s)) / (1 + s);
  const step = Math.PI / 2 / steps / (1 + s);
  const betas = Float64Array.from({ length: steps }, (_, i) => {
    // cos²a − cos²b = sin(a + b) sin(b − a), without the cancellation of 1 − f(t)/f(t−1).
    const beta = (Math.sin(angle(i) + angle(i + 1)) * Math.sin(step)) / Math.cos(angle(i)) ** 2;
    return Math.min(beta, maxBeta);
  });
  return deriveSchedule('cosine', betas);
}
