import { assertFeatures, countOf, type Features } from '../features/features.ts';
import { inSlices, type ProgressOptions } from '../in-slices.ts';
import { kernelSum } from '../pairwise/kernel-sum.ts';
import { partOf } from '../part-of.ts';

/**
 * The squared maximum mean discrepancy with the kernel (xᵀy/dim + 1)³, without bias: its expected value does not depend on the
 * sizes of the sets and is 0 for equal distributions, so single values may be slightly negative. It takes all vectors;
 * {@link kernelInceptionDistance} takes subsets, which is faster and gives a standard error.
 *
 * @param generated vectors of generated images
 * @param real vectors of real images from the same extractor
 * @param options abort signal and progress
 * @returns MMD²
 * @throws StatisticsError for fewer than two vectors on either side or different dimensions; RangeError for NaN
 * @see Bińkowski et al.: Demystifying MMD GANs, arXiv:1801.01401
 * @example
 * ```ts
 * const points = (values: number[]) => ({ data: Float64Array.from(values), dim: 1 });
 * await polynomialMmd(points([1, 1]), points([0, 0])); // 7 = 8 + 1 − 2
 * ```
 */
export async function polynomialMmd(
  generated: Features,
  real: Features,
  options: ProgressOptions = {},
): Promise<number> {
  assertFeatures('polynomialMmd', { generated, real }, 2);
  return inSlices(mmd(generated, real), options);
}

/** The same for vectors that were checked; yields the fraction done. */
export function* mmd(generated: Features, real: Features): Generator<number, number> {
  const [n, m, kernel] = [countOf(generated), countOf(real), kernelOf(generated)];
  const total = (n + m) ** 2;
  const [first, second] = [(n * n) / total, (n * n + m * m) / total];
  const ownGenerated = yield* partOf(kernelSum({ a: generated }, kernel), 0, first);
  const ownReal = yield* partOf(kernelSum({ a: real }, kernel), first, second);
  const between = yield* partOf(kernelSum({ a: generated, b: real }, kernel), second, 1);
  return (2 * ownGenerated) / (n * (n - 1)) + (2 * ownReal) / (m * (m - 1)) - (2 * between) / (n * m);
}

function kernelOf({ dim }: Features): (product: number) => number {
  return (product) => {
    const base = product / dim + 1;
    return base * base * base;
  };
}
