import { type Key, uniformArray } from '@diffgan/ops';

/**
 * Draws steps with given probabilities.
 *
 * @param probabilities p_t for t = 1…T, a sum of 1; a step with 0 is never drawn
 * @returns `batch` steps in 1…T
 *
 * @example
 * ```ts
 * import { drawTimesteps } from '@diffgan/objectives';
 * import { key } from '@diffgan/ops';
 *
 * const t = drawTimesteps([0.5, 0.5, 0, 0], key(7), 64); // ones and twos
 * ```
 */
export function drawTimesteps(probabilities: ArrayLike<number>, key: Key, batch: number): Int32Array {
  return Int32Array.from(uniformArray(key, batch), (u) => 1 + inverseCumulative(probabilities, u));
}

/** The first index whose cumulative probability exceeds `u`; one with p = 0 is never drawn. */
function inverseCumulative(p: ArrayLike<number>, u: number): number {
  let last = 0;
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    if (p[i] === 0) continue;
    last = i;
    sum += p[i];
    if (u < sum) break;
  }
  return last;
}
