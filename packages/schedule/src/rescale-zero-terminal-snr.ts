import { deriveSchedule } from './derive-schedule.ts';
import type { NoiseSchedule } from './noise-schedule.ts';
import { refuseEdm } from './refuse-edm.ts';

/**
 * The schedule shifted and stretched so that x_T is pure noise: √ᾱ_t becomes (√ᾱ_t − √ᾱ_T) √ᾱ_1 / (√ᾱ_1 − √ᾱ_T), which keeps ᾱ_1
 * and makes ᾱ_T = 0.
 *
 * The result has β_T = 1, ᾱ_T = 0, SNR_T = 0 and γ_T = ∞; all else is finite, and x_{T−1} given x_T and x_0 does not depend on
 * x_T. A prediction of ε says nothing about x_0 at t = T: models of such a schedule predict v or x_0.
 *
 * @param schedule at least two steps; its positions are kept
 * @returns a frozen schedule with the same name
 * @throws RangeError if the schedule has one step only, or is an `edm` one
 *
 * Source: Lin et al. 2024 (arXiv:2305.08891), algorithm 1.
 *
 * @example
 * ```ts
 * import { linearSchedule, rescaleZeroTerminalSnr } from '@diffgan/schedule';
 *
 * const { alphaBar, beta } = rescaleZeroTerminalSnr(linearSchedule());
 * [alphaBar[0], alphaBar[999], beta[999]]; // [0.9999, 0, 1]
 * ```
 */
export function rescaleZeroTerminalSnr(schedule: NoiseSchedule): NoiseSchedule {
  const { name, steps, beta, alpha, alphaBar, positions } = schedule;
  refuseEdm('rescaleZeroTerminalSnr', name);
  if (steps === 1)
    throw new RangeError('rescaleZeroTerminalSnr: the schedule has one step; without a second one nothing can be kept');
  const signal = alphaBar.map(Math.sqrt);
  const last = signal[steps - 1];
  const rescaled = beta.map((b, i) => {
    if (i === 0 || i === steps - 1) return i === 0 ? b : 1;
    // 1 − q² = (1 − q)(1 + q) for q = √(ᾱ'_t/ᾱ'_{t−1}), and 1 − √α = β/(1 + √α): no cancellation at small t.
    const lost = (signal[i - 1] * b) / (1 + Math.sqrt(alpha[i])) / (signal[i - 1] - last);
    return lost * (2 - lost);
  });
  return deriveSchedule(name, rescaled, { positions });
}
