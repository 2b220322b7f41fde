import { assertFeatures, assertInteger, countOf, type Features } from '../features/features.ts';
import { inSlices } from '../in-slices.ts';
import { neighbours } from '../pairwise/manifolds.ts';
import { meanOf, squaredDistances } from '../pairwise/squared-distances.ts';
import { partOf } from '../part-of.ts';
import type { PrecisionRecallOptions } from './precision-recall.ts';

const smallest = 1e-5; // keeps the score of a copied real image finite

/**
 * How realistic single images are: the largest ratio, over the real points, of the radius of a real point (the distance to its
 * k-th nearest neighbour) to its distance from the generated point. At least 1 means inside some real ball.
 *
 * The ratio is r / (d + 1e-5) over all real points, as in the authors' program; their article leaves out the half with the
 * larger radii.
 *
 * @param generated vectors of generated images
 * @param real vectors of real images from the same extractor
 * @param options k, abort signal and progress
 * @returns one score per generated vector
 * @throws StatisticsError for fewer than k + 1 real vectors, no generated one, or different dimensions; RangeError for NaN
 * @see Kynkäänniemi et al.: Improved precision and recall metric for assessing generative models, arXiv:1904.06991, section 5
 * @example
 * ```ts
 * const points = (values: number[]) => ({ data: Float64Array.from(values), dim: 1 });
 * await realism(points([0.5, 7]), points([0, 1, 2, 3]), { k: 1 }); // about [2, 0.25]
 * ```
 */
export async function realism(
  generated: Features,
  real: Features,
  { k = 3, ...progress }: PrecisionRecallOptions = {},
): Promise<Float64Array> {
  assertInteger('realism', 'k', k);
  assertFeatures('realism', { generated, real }, 1);
  assertFeatures('realism', { real }, k + 1);
  return inSlices(scoresOf(generated, real, k), progress);
}

function* scoresOf(generated: Features, real: Features, k: number): Generator<number, Float64Array> {
  const [n, m] = [countOf(real), countOf(generated)];
  const shift = meanOf(real);
  const afterReal = n / (n + 2 * m);
  const nearest = yield* partOf(neighbours(real, k, shift), 0, afterReal);
  const radii = nearest.radii(k).map(Math.sqrt);
  const scores = new Float64Array(m);
  const visit = (i: number, j: number, distance: number) => {
    const ratio = radii[i] / (Math.sqrt(distance) + smallest);
    if (ratio > scores[j]) scores[j] = ratio;
  };
  yield* partOf(squaredDistances({ a: real, b: generated }, visit, shift), afterReal, 1);
  return scores;
}
