import { checkNumber } from './check-number.ts';

/** Options of {@link warmup}. */
export interface WarmupOptions {
  /** Length of the warm-up in steps; 0 is none. */
  steps: number;
}

/**
 * Linear warm-up of a learning rate: its factor in step `count`, which reaches 1 after `steps`.
 *
 * @param count number of the step, from 1.
 * @throws RangeError if `count` is less than 1 or `steps` negative.
 * @example
 * ```ts
 * warmup(250, { steps: 1000 }); // 0.25
 * ```
 */
export function warmup(count: number, { steps }: WarmupOptions): number {
  checkNumber('warmup: count', count, { min: 1 });
  checkNumber('warmup: steps', steps, { min: 0 });
  return steps === 0 ? 1 : Math.min(1, count / steps);
}
