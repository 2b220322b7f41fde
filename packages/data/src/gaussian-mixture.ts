import { type Key, normalArray, split, uniformArray } from '@diffgan/ops';
import { type PointDataset, pointDataset } from './point-dataset.ts';

/** A mixture of spherical normal distributions. */
export interface GaussianMixture {
  /** Centres of the components, all of the same length, at most 256. */
  readonly means: readonly (readonly number[])[];
  /** Standard deviation of every component, in every direction; 0 gives the centres themselves. */
  readonly std: number;
  /** Weights of the components, need not sum to 1. @defaultValue equal */
  readonly weights?: readonly number[];
}

/**
 * Draws points of a mixture of spherical Gaussians.
 *
 * @param mixture centres, standard deviation and weights
 * @param count how many points
 * @param key decides the draw: the components by a uniform number of the first half of `split(key)`, the normal deviations
 *   by the second
 * @returns `count` points with the numbers of their components as labels
 * @throws RangeError for a mixture or a count that make no sense
 * @example
 * ```ts
 * const bumps = gaussianMixture({ means: [[-1], [1]], std: 0.1, weights: [1, 3] }, 1000, key(0));
 * bumps.labels; // Uint8Array: 0 for a quarter of the points
 * ```
 */
export function gaussianMixture(mixture: GaussianMixture, count: number, key: Key): PointDataset {
  const { means, std, weights = means.map(() => 1) } = mixture;
  assertMixture({ means, std, weights });
  assertCount('gaussianMixture', count);
  const dimensions = means[0].length;
  const [forComponents, forDeviations] = split(key);
  const labels = drawComponents(weights, uniformArray(forComponents, count));
  const points = normalArray(forDeviations, count * dimensions).map(
    (deviation, at) => means[labels[Math.floor(at / dimensions)]][at % dimensions] + std * deviation,
  );
  return pointDataset({ name: 'gaussian-mixture', split: 'train', points, count, dimensions, labels });
}

/** For each uniform number the first component whose cumulated weight exceeds it. */
function drawComponents(weights: readonly number[], uniform: Float32Array): Uint8Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const cumulated = weights.map((weight) => (sum += weight) / total);
  const last = weights.findLastIndex((weight) => weight > 0); // where a sum that is rounded down would end
  return Uint8Array.from(uniform, (u) => {
    const component = cumulated.findIndex((share) => u < share);
    return component < 0 ? last : component;
  });
}

function assertMixture({ means, std, weights }: Required<GaussianMixture>): void {
  const refuse = (what: string) => new RangeError(`gaussianMixture: ${what}.`);
  const [first] = means;
  if (means.length < 1 || means.length > 256 || first.length < 1)
    throw refuse(`means has ${means.length} centres; it must have 1 to 256, of at least one coordinate`);
  if (!means.every((mean) => mean.length === first.length && mean.every(Number.isFinite)))
    throw refuse(`means must be finite numbers, ${first.length} per centre like the first`);
  if (!(std >= 0 && std < Infinity)) throw refuse(`std is ${std}; it must be a number ≥ 0`);
  const positive = weights.every((weight) => weight >= 0 && weight < Infinity) && weights.some((weight) => weight > 0);
  if (weights.length !== means.length || !positive)
    throw refuse(`weights is [${weights.join(', ')}]; it must have ${means.length} numbers ≥ 0, not all 0`);
}

/** Refuses a number of points that is not a positive integer. */
export function assertCount(caller: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RangeError(`${caller}: count is ${count}; it must be an integer ≥ 1.`);
}
