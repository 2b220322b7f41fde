/** Options of {@link lazyWeight}. */
export interface LazyWeightOptions {
  /**
   * k ≥ 1: the penalty is evaluated at steps 0, k, 2k, …
   * @defaultValue `15`
   */
  every?: number;
  /**
   * Whether the evaluated penalty counts k times, which keeps its average strength. The release of denoising diffusion GANs
   * does not scale.
   * @defaultValue `false`
   */
  scale?: boolean;
}

/**
 * The weight of a lazily evaluated penalty at a training step: 0 where it is to be skipped, else 1, or `every` with `scale`.
 *
 * @param step number of the step, from 0
 * @throws RangeError if `step` or `every` is not a whole number in range
 *
 * Source: Karras et al. 2020 (arXiv:1912.04958), section 3.1 (with scale); Xiao, Kreis, Vahdat 2022 (arXiv:2112.07804) (without).
 *
 * @example
 * ```ts
 * import { lazyWeight } from '@diffgan/fgan-losses';
 *
 * const weights = [0, 1, 2, 3].map((step) => lazyWeight(step, { every: 2, scale: true })); // [2, 0, 2, 0]
 * ```
 */
export function lazyWeight(step: number, { every = 15, scale = false }: LazyWeightOptions = {}): number {
  if (!Number.isInteger(step) || step < 0)
    throw new RangeError(`lazyWeight: step is ${step}; steps are whole numbers from 0`);
  if (!Number.isInteger(every) || every < 1)
    throw new RangeError(`lazyWeight: every is ${every}; give a whole number ≥ 1`);
  if (step % every !== 0) return 0;
  return scale ? every : 1;
}
