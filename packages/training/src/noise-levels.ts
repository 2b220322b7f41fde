import { type Key, uniformArray } from '@diffgan/ops';

/** From what levels of noise are drawn. */
export interface NoiseLevels {
  /** The part of the steps that counts, as shares of all. */
  readonly levels: readonly [number, number];
  readonly steps: number;
  /** Groups of neighbouring levels, which the rows take in turn. */
  readonly bins: number;
}

/** Steps of the teacher, uniform in the part of them that counts, one bin after another. */
export function noiseLevels(key: Key, batch: number, { levels, steps, bins }: NoiseLevels): Int32Array {
  const [first, end] = levels.map((share) => Math.round(share * steps));
  return Int32Array.from(uniformArray(key, batch), (u, row) => {
    const share = ((row % bins) + u) / bins;
    return Math.min(end, first + 1 + Math.floor(share * (end - first)));
  });
}
