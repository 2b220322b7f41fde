import { type Key, key as newKey, uniformArray } from '@diffgan/ops';

/** Options of {@link antitheticTimes}. */
export interface AntitheticTimesOptions {
  /** The uniform number in [0, 1) that shifts all times. */
  u?: number;
  /**
   * Key of `u`, used when it is not given.
   * @defaultValue `key(0)`
   */
  key?: Key;
  /**
   * Rounds the times up to 1/T, 2/T, …, 1, the times of the steps of a discrete chain; `Math.round(time * steps)` is the step.
   * @defaultValue continuous times
   */
  steps?: number;
}

/**
 * Evenly spread random times (u + i/B) mod 1 for a batch: each is uniform, and together they cover [0, 1), so that a mean over
 * the batch has less variance than with independent times.
 *
 * @param batch B, a whole number ≥ 1
 * @returns B times in [0, 1), or in (0, 1] with `steps`
 * @throws RangeError if `batch` or `steps` is not a whole number ≥ 1 or `u` is outside [0, 1)
 *
 * Source: Kingma et al. 2021 (arXiv:2107.00630), appendix.
 *
 * @example
 * ```ts
 * import { antitheticTimes } from '@diffgan/objectives';
 *
 * antitheticTimes(4, { u: 0.3 }); // about Float64Array [0.3, 0.55, 0.8, 0.05]
 * antitheticTimes(4, { u: 0.3, steps: 10 }); // Float64Array [0.4, 0.6, 0.9, 0.1]
 * ```
 */
export function antitheticTimes(batch: number, options: AntitheticTimesOptions = {}): Float64Array {
  const { key = newKey(0), u = uniformArray(key, 1)[0], steps } = options;
  checkWhole('batch', batch);
  if (steps !== undefined) checkWhole('steps', steps);
  if (!(u >= 0 && u < 1)) throw new RangeError(`antitheticTimes: u is ${u}; it must lie in [0, 1)`);
  return Float64Array.from({ length: batch }, (_, i) => {
    const time = (u + i / batch) % 1;
    // floor + 1 is the ceiling, but 1 at time 0: there is no step 0.
    return steps === undefined ? time : (Math.floor(time * steps) + 1) / steps;
  });
}

function checkWhole(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`antitheticTimes: ${name} is ${value}; give a whole number ≥ 1`);
}
