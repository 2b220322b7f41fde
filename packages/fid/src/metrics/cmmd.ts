import { assertFeatures, countOf, type Features } from '../features/features.ts';
import { inSlices, type ProgressOptions } from '../in-slices.ts';
import { kernelSum } from '../pairwise/kernel-sum.ts';
import { partOf } from '../part-of.ts';
import { StatisticsError } from '../statistics/statistics-error.ts';

/**
 * CMMD: 1000 times the squared maximum mean discrepancy of vectors of length 1 with the kernel exp(−‖x − y‖²/200). It is made for
 * embeddings of CLIP ViT-L/14@336px, which the caller brings; other embeddings give other scales. Pairs of a vector with itself count,
 * so equal distributions score a little above 0.
 *
 * @param generated vectors of generated images; each is divided by its length
 * @param real vectors of real images from the same network
 * @param options abort signal and progress
 * @throws StatisticsError for no vectors, vectors of length 0 or different dimensions; RangeError for NaN
 * @see Jayasumana et al.: Rethinking FID, arXiv:2401.09603
 * @example
 * ```ts
 * const direction = (...data: number[]) => ({ data: Float64Array.from(data), dim: 2 });
 * await cmmd(direction(1, 0), direction(0, 3)); // 19.9 = 1000 · (2 − 2·exp(−2/200))
 * ```
 */
export async function cmmd(generated: Features, real: Features, options: ProgressOptions = {}): Promise<number> {
  assertFeatures('cmmd', { generated, real }, 1);
  return inSlices(discrepancy(unitLength('generated', generated), unitLength('real', real)), options);
}

// k − 1 instead of k, which is between 0.98 and 1: the ones cancel, and would take two digits along. On the sphere ‖x − y‖² = 2 − 2xᵀy.
const kernel = (product: number): number => Math.expm1((product - 1) / 100);

function* discrepancy(generated: Features, real: Features): Generator<number, number> {
  const [n, m] = [countOf(generated), countOf(real)];
  const total = (n + m) ** 2;
  const [first, second] = [(n * n) / total, (n * n + m * m) / total];
  const ownGenerated = yield* partOf(kernelSum({ a: generated }, kernel), 0, first);
  const ownReal = yield* partOf(kernelSum({ a: real }, kernel), first, second);
  const between = yield* partOf(kernelSum({ a: generated, b: real }, kernel), second, 1);
  return 1000 * ((2 * ownGenerated) / n ** 2 + (2 * ownReal) / m ** 2 - (2 * between) / (n * m));
}

function unitLength(name: string, { data, dim }: Features): Features {
  const unit = Float64Array.from(data);
  for (let start = 0; start < unit.length; start += dim) {
    const vector = unit.subarray(start, start + dim);
    const length = Math.hypot(...vector);
    if (length === 0)
      throw new StatisticsError(`cmmd: vector ${start / dim} of ${name} is 0 and has no direction. Leave it out.`);
    for (let i = 0; i < dim; i++) vector[i] /= length;
  }
  return { data: unit, dim };
}
