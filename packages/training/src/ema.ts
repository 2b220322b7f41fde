import * as tf from '@tensorflow/tfjs-core';
import { checkNumber } from './check-number.ts';

/**
 * How the decay of an average grows to its value: `'ratio'`, by (1 + count)/(10 + count), so that the random initial weights are forgotten
 * soon; `'none'`, which is constant; or by 1 − (1 + (count − 1)/invGamma)^−power, as `use_ema_warmup` of diffusers.
 */
export type EmaWarmup =
  | 'ratio'
  | 'none'
  | {
      /** The larger, the faster. @defaultValue 2/3 */
      power?: number;
      /** Updates until it has gone half way and more. @defaultValue 1 */
      invGamma?: number;
    };

/** Options of {@link ema}. */
export interface EmaOptions {
  /** Number of updates so far, this one included: 1, 2, … */
  count: number;
  /** Decay once warmed up. @defaultValue 0.999 */
  decay?: number;
  /** How the decay grows to that. @defaultValue `'ratio'` */
  warmup?: EmaWarmup;
}

/** The share of the new value in the average: 1 − the decay of update number `count`. */
export function emaShare({ count, decay = 0.999, warmup = 'ratio' }: EmaOptions): number {
  checkNumber('ema: count', count, { min: 1, integer: true });
  checkNumber('ema: decay', decay, { min: 0, below: 1 });
  return 1 - Math.min(decay, warmedUp(count, warmup));
}

/** The decay of update number `count` at most. */
function warmedUp(count: number, warmup: EmaWarmup): number {
  if (warmup === 'none') return 1;
  if (warmup === 'ratio') return (1 + count) / (10 + count);
  if (typeof warmup !== 'object')
    throw new RangeError(`ema: warmup is ${String(warmup)}; give 'ratio', 'none' or { power, invGamma }`);
  const { power = 2 / 3, invGamma = 1 } = warmup;
  checkNumber('ema: warmup.power', power, { min: Number.MIN_VALUE });
  checkNumber('ema: warmup.invGamma', invGamma, { min: Number.MIN_VALUE });
  return 1 - (1 + (count - 1) / invGamma) ** -power;
}

/**
 * One step of an exponential moving average: the decay is `decay`, or less as long as {@link EmaWarmup} says so.
 *
 * @returns the new average; the caller disposes it and the old one.
 * @throws RangeError if `count` is not a positive integer, `decay` is outside [0, 1) or `warmup` is none.
 * @example
 * ```ts
 * const next = ema(tf.tensor1d([0]), tf.tensor1d([1]), { count: 1, decay: 0.999 }); // decay 2/11
 * ```
 */
export function ema(average: tf.Tensor1D, value: tf.Tensor1D, options: EmaOptions): tf.Tensor1D {
  const share = emaShare(options);
  return tf.tidy(() => tf.add(average, tf.mul(tf.sub(value, average), share)));
}
