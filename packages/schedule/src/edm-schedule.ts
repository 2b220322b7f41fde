import { checkSteps } from './check-steps.ts';
import { deriveSchedule } from './derive-schedule.ts';
import { karrasSigmas, type KarrasSigmasOptions } from './karras-sigmas.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/**
 * The noise levels of EDM as a schedule: σ_1…σ_T are `karrasSigmas`, and the network is told c_noise = ¼ log σ_t in place of t − 1, which
 * means the same level whatever T is. In x̄ = x_t/√ᾱ_t = x_0 + σ_t ε it is ᾱ_t = 1/(1 + σ_t²).
 *
 * @param steps T, a whole number ≥ 1; a sampler that takes fewer, `spacing: 'karras'`, walks down `karrasSigmas` of as many
 * @param options the ends of σ and how the levels crowd at the small one
 * @returns a frozen schedule named `'edm'`
 * @throws RangeError if `steps` is not a whole number ≥ 1, and as {@link karrasSigmas}; or if neighbours are equal to rounding
 *
 * Source: Karras et al. 2022 (arXiv:2206.00364), eq. 5 and table 1.
 *
 * @example
 * ```ts
 * import { edmSchedule } from '@diffgan/schedule';
 *
 * const { gamma, positions } = edmSchedule(18);
 * Math.exp(gamma[17] / 2); // 80
 * positions[17]; // 1.0955…, ¼ log 80
 * ```
 */
export function edmSchedule(steps = 1000, options: KarrasSigmasOptions = {}): NoiseSchedule {
  checkSteps('edmSchedule', steps);
  const sigmas = karrasSigmas(steps, options).subarray(0, steps).reverse();
  // log(1 + σ²) of neighbours lie close together: log1p of the quotient keeps the digits of their difference.
  const logAlpha = sigmas.map((sigma, i) => {
    const before = i === 0 ? 0 : sigmas[i - 1];
    return -Math.log1p(((sigma - before) * (sigma + before)) / (1 + before ** 2));
  });
  const beta = logAlpha.map((l) => -Math.expm1(l));
  const equal = beta.findIndex((b) => !(b > 0));
  if (equal >= 0)
    throw new RangeError(
      `edmSchedule: σ of step ${equal + 1} is that of the step before; give fewer steps or other ends`,
    );
  return deriveSchedule('edm', beta, { logAlpha, positions: sigmas.map((sigma) => Math.log(sigma) / 4) });
}
