import { StatisticsError } from '../statistics/statistics-error.ts';

/** Feature vectors one after the other: what {@link extractFeatures} returns, and how long one vector is. */
export interface Features {
  /** `n · dim` values, vector after vector. */
  readonly data: Float32Array | Float64Array;
  /** Features per vector. */
  readonly dim: number;
}

/** Number of vectors. */
export const countOf = ({ data, dim }: Features): number => data.length / dim;

/** The vectors with these indices, a copy. */
export function takeRows({ data, dim }: Features, indices: ArrayLike<number>): Features {
  const taken =
    data instanceof Float32Array ? new Float32Array(indices.length * dim) : new Float64Array(indices.length * dim);
  for (let row = 0; row < indices.length; row++)
    taken.set(data.subarray(indices[row] * dim, (indices[row] + 1) * dim), row * dim);
  return { data: taken, dim };
}

/**
 * Refuses sets of vectors that cannot be compared.
 *
 * @param sets by the name of their argument
 * @param least how many vectors each must have
 * @throws RangeError for a length that is not whole vectors or a value that is not finite; StatisticsError for different
 *   dimensions or too few vectors
 */
export function assertFeatures(caller: string, sets: Readonly<Record<string, Features>>, least: number): void {
  for (const [name, { data, dim }] of Object.entries(sets)) {
    if (!Number.isSafeInteger(dim) || dim < 1)
      throw new RangeError(`${caller}: ${name}.dim is ${dim}; it must be an integer ≥ 1.`);
    if (data.length % dim !== 0)
      throw new RangeError(`${caller}: ${name} has ${data.length} values, which are not whole vectors of ${dim}.`);
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new RangeError(
        `${caller}: feature ${bad % dim} of vector ${Math.floor(bad / dim)} of ${name} is ${data[bad]}; features must be finite. ` +
          'Check the images for NaN.',
      );
    if (data.length < least * dim)
      throw new StatisticsError(
        `${caller}: ${name} has ${data.length / dim} vectors; at least ${least} are needed. Add more.`,
      );
  }
  const dims = Object.values(sets).map(({ dim }) => dim);
  if (dims.some((dim) => dim !== dims[0]))
    throw new StatisticsError(`${caller}: vectors of ${dims.join(' and ')} features. Take both from one extractor.`);
}

/** Refuses a count that is not an integer of at least `least`. */
export function assertInteger(caller: string, name: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${caller}: ${name} is ${value}; it must be an integer ≥ ${least}.`);
}
