/** Options of {@link karrasSigmas}. */
export interface KarrasSigmasOptions {
  /**
   * Last positive noise level, > 0.
   * @defaultValue `0.002`
   */
  sigmaMin?: number;
  /**
   * First noise level, ≥ sigmaMin.
   * @defaultValue `80`
   */
  sigmaMax?: number;
  /**
   * How much the levels crowd at the small end; 1 spaces them equally.
   * @defaultValue `7`
   */
  rho?: number;
}

/**
 * Noise levels for samplers of the probability-flow ODE: n levels from `sigmaMax` down to `sigmaMin`, equally spaced in σ^(1/ρ),
 * then 0 (one level alone is `sigmaMax`).
 *
 * @param n number of levels before the 0, a whole number ≥ 1
 * @returns n + 1 falling numbers
 * @throws RangeError if `n` is not a whole number ≥ 1, 0 < sigmaMin ≤ sigmaMax does not hold, or `rho` is not positive
 *
 * Source: Karras et al. 2022 (arXiv:2206.00364), eq. 5.
 *
 * @example
 * ```ts
 * import { karrasSigmas } from '@diffgan/schedule';
 *
 * karrasSigmas(3, { sigmaMin: 1, sigmaMax: 9, rho: 2 }); // Float64Array [9, 4, 1, 0]
 * ```
 */
export function karrasSigmas(n: number, options: KarrasSigmasOptions = {}): Float64Array {
  const { sigmaMin = 0.002, sigmaMax = 80, rho = 7 } = options;
  if (!Number.isSafeInteger(n) || n < 1)
    throw new RangeError(`karrasSigmas: n is ${n}; give the number of noise levels, a whole number ≥ 1`);
  if (!(sigmaMin > 0 && sigmaMin <= sigmaMax && sigmaMax < Infinity))
    throw new RangeError(
      `karrasSigmas: sigmaMin is ${sigmaMin} and sigmaMax is ${sigmaMax}; 0 < sigmaMin ≤ sigmaMax must hold`,
    );
  if (!(rho > 0 && rho < Infinity)) throw new RangeError(`karrasSigmas: rho is ${rho}; it must be positive`);
  const [first, last] = [sigmaMax, sigmaMin].map((sigma) => sigma ** (1 / rho));
  return Float64Array.from({ length: n + 1 }, (_, i) => {
    if (i === n) return 0;
    // The ends are exact: powers and roots are rounded.
    if (i === 0 || i === n - 1) return i === 0 ? sigmaMax : sigmaMin;
    return (first + (i / (n - 1)) * (last - first)) ** rho;
  });
}
