import * as tf from '@tensorflow/tfjs-core';
import { checkNumber } from './check-number.ts';

/** Options of {@link ema}. */
export interface EmaOptions {
  /** Number of updates so far, this one included: 1, 2, … */
  count: number;
  /** Decay once warmed up. @defaultValue 0.999 */
  decay?: number;
}

/** The share of the new value in the average: 1 − min(decay, (1 + count)/(10 + count)). */
export function emaShare({ count, decay = 0.999 }: EmaOptions): number {
  checkNumber('ema: count', count, { min: 1, integer: true });
  checkNumber('ema: decay', decay, { min: 0, below: 1 });
  return 1 - Math.min(decay, (1 + count) / (10 + count));
}

/**
 * One step of an exponential moving average with warm-up: the decay is `min(decay, (1 + count)/(10 + count))`, so that the random
 * initial weights are forgotten soon.
 *
 * @returns the new average; the caller disposes it and the old one.
 * @throws RangeError if `count` is not a positive integer or `decay` is outside [0, 1).
 * @example
 * ```ts
 * const next = ema(tf.tensor1d([0]), tf.tensor1d([1]), { count: 1, decay: 0.999 }); // decay 2/11
 * ```
 */
export function ema(average: tf.Tensor1D, value: tf.Tensor1D, options: EmaOptions): tf.Tensor1D {
  const share = emaShare(options);
  return tf.tidy(() => tf.add(average, tf.mul(tf.sub(value, average), share)));
}
