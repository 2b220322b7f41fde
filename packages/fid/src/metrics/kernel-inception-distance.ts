import { foldIn, type Key, key as makeKey, split } from '@diffgan/ops';
import { chooseIndices } from '../choose-indices.ts';
import { assertFeatures, assertInteger, countOf, type Features, takeRows } from '../features/features.ts';
import { inSlices, type ProgressOptions } from '../in-slices.ts';
import { partOf } from '../part-of.ts';
import { mmd } from './polynomial-mmd.ts';

/** Options of {@link kernelInceptionDistance}. */
export interface KernelInceptionDistanceOptions extends ProgressOptions {
  /** How many pairs of subsets. @defaultValue 100 */
  subsets?: number;
  /** Vectors per subset, drawn without replacement. @defaultValue 1000, or all of the smaller set if it has fewer */
  subsetSize?: number;
  /** Key of the subsets; subset i comes from `foldIn(key, i)`. @defaultValue `key(0)` */
  key?: Key;
}

/** Result of {@link kernelInceptionDistance}. */
export interface KernelInceptionDistance {
  /** Mean over the subsets of the unbiased MMD²; may be slightly negative. */
  value: number;
  /** Standard deviation over the subsets (divided by their number), what other programs print behind ±. */
  standardDeviation: number;
  /** Standard error of `value`. Too small when the subsets overlap much, that is when n is not large against their size. */
  standardError: number;
  subsets: number;
  /** What was used, which is less than asked for when a set is smaller. */
  subsetSize: number;
}

/**
 * Kernel Inception distance: the mean over random subsets of the squared maximum mean discrepancy with the kernel
 * (xᵀy/dim + 1)³. Unlike FID it has no bias from n.
 *
 * @param generated vectors of generated images
 * @param real vectors of real images from the same extractor
 * @param options number and size of the subsets, their key, abort signal and progress
 * @returns mean, standard deviation and standard error
 * @throws StatisticsError for fewer than two vectors on either side or different dimensions; RangeError for NaN and for options
 *   out of range
 * @see Bińkowski et al.: Demystifying MMD GANs, arXiv:1801.01401
 * @example
 * ```ts
 * const [generated, real] = [key(2), key(3)].map((own) => ({ data: normalArray(own, 4 * 500), dim: 4 }));
 * const { value, standardError } = await kernelInceptionDistance(generated, real, { key: key(1), subsets: 50 });
 * ```
 */
export async function kernelInceptionDistance(
  generated: Features,
  real: Features,
  options: KernelInceptionDistanceOptions = {},
): Promise<KernelInceptionDistance> {
  const { subsets = 100, subsetSize: wanted = 1000, key = makeKey(0), ...progress } = options;
  assertInteger('kernelInceptionDistance', 'subsets', subsets);
  assertInteger('kernelInceptionDistance', 'subsetSize', wanted, 2);
  assertFeatures('kernelInceptionDistance', { generated, real }, 2);
  const subsetSize = Math.min(wanted, countOf(generated), countOf(real));
  const values = await inSlices(subsetValues(generated, real, { subsets, subsetSize, key }), progress);
  const value = values.reduce((sum, v) => sum + v, 0) / subsets;
  const standardDeviation = Math.sqrt(values.reduce((sum, v) => sum + (v - value) ** 2, 0) / subsets);
  return { value, standardDeviation, standardError: standardDeviation / Math.sqrt(subsets), subsets, subsetSize };
}

function* subsetValues(
  generated: Features,
  real: Features,
  { subsets, subsetSize, key }: { subsets: number; subsetSize: number; key: Key },
): Generator<number, Float64Array> {
  const values = new Float64Array(subsets);
  const choose = (set: Features, own: Key) => takeRows(set, chooseIndices(own, countOf(set), subsetSize));
  for (let i = 0; i < subsets; i++) {
    const [one, other] = split(foldIn(key, i));
    values[i] = yield* partOf(mmd(choose(generated, one), choose(real, other)), i / subsets, (i + 1) / subsets);
  }
  return values;
}
