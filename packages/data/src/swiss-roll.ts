import { type Key, normalArray, split, uniformArray } from '@diffgan/ops';
import { assertCount } from './gaussian-mixture.ts';
import { type PointDataset, pointDataset } from './point-dataset.ts';

/** Options of {@link swissRoll}. */
export interface SwissRollOptions {
  /** Standard deviation of the distance from the spiral; its outer end has distance 1 from the origin. @defaultValue 0.02 */
  noise?: number;
}

const inner = 1.5 * Math.PI;
const outer = 4.5 * Math.PI;

/**
 * A spiral in the plane: the cross-section of the Swiss roll, t (cos t, sin t) / 4.5π with t uniform in [1.5π, 4.5π), plus
 * normal noise. Its turns need a model of many modes and of thin structures.
 *
 * @param count how many points
 * @param key decides the draw: t by the first half of `split(key)`, the noise by the second
 * @param options amount of noise
 * @returns `count` points, about in [−1, 1]²
 * @throws RangeError for a count that is not a positive integer or noise below 0
 * @see Marsland: Machine learning, an algorithmic perspective, 2009, chapter 10 (the roll of scikit-learn's make_swiss_roll)
 * @example
 * ```ts
 * const train = swissRoll(10_000, key(0), { noise: 0.01 });
 * ```
 */
export function swissRoll(count: number, key: Key, { noise = 0.02 }: SwissRollOptions = {}): PointDataset {
  assertCount('swissRoll', count);
  if (!(noise >= 0 && noise < Infinity)) throw new RangeError(`swissRoll: noise is ${noise}; it must be a number ≥ 0.`);
  const [forAngles, forNoise] = split(key);
  const angles = uniformArray(forAngles, count);
  const points = normalArray(forNoise, 2 * count).map((deviation, at) => {
    const t = inner + (outer - inner) * angles[at >> 1];
    return ((at % 2 === 0 ? Math.cos(t) : Math.sin(t)) * t) / outer + noise * deviation;
  });
  return pointDataset({ name: 'swiss-roll', split: 'train', points, count, dimensions: 2 });
}
