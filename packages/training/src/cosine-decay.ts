import { checkNumber } from './check-number.ts';

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** Learning rate at step 0. */
  start: number;
  /** Learning rate at the last step and after it. @defaultValue 0 */
  end?: number;
  /** Length of the decay in steps. */
  steps: number;
}

/**
 * Learning rate on half a cosine from `start` to `end` (Loshchilov, Hutter 2017, eq. 5 without restarts).
 *
 * @param step finished steps, from 0.
 * @throws RangeError if `step` is negative or `steps` less than 1.
 * @example
 * ```ts
 * cosineDecay(50, { start: 1e-3, steps: 100 }); // 5e-4
 * ```
 */
export function cosineDecay(step: number, { start, end = 0, steps }: CosineDecayOptions): number {
  checkNumber('cosineDecay: step', step, { min: 0 });
  checkNumber('cosineDecay: steps', steps, { min: 1 });
  const done = Math.min(1, step / steps);
  return end + (start - end) * 0.5 * (1 + Math.cos(Math.PI * done));
}
