import * as tf from '@tensorflow/tfjs-core';
import { adamRates } from '@diffgan/ops';
import { checkNumber } from './check-number.ts';
import { emaShare, type EmaWarmup } from './ema.ts';

/** When and how far to move. */
export interface OptimizerStep {
  /** Number of updates so far, this one included: 1, 2, … */
  count: number;
  /** Step size. */
  learningRate: number;
  /** Decay of the running average of the weights, with the warm-up of {@link ema}. @defaultValue 0: the average is the weights */
  emaDecay?: number;
  /** How that grows from update to update. @defaultValue `'ratio'` */
  emaWarmup?: EmaWarmup;
}

/** Options of {@link adam}. */
export interface AdamOptions {
  /** Decay of the first moment. @defaultValue 0.9 */
  beta1?: number;
  /** Decay of the second moment. @defaultValue 0.999 */
  beta2?: number;
  /** Added to the root of the second moment, after its bias correction. @defaultValue 1e-8 */
  epsilon?: number;
}

/** Options of {@link adamW}. */
export interface AdamWOptions extends AdamOptions {
  /** Share of a weight that a step at learning rate 1 takes away. @defaultValue 0.01 */
  weightDecay?: number;
}

/** An update rule for `adamUpdate` of `@diffgan/ops`. */
export interface Optimizer {
  /** What `adamUpdate` needs to know of a step, [7]; the caller disposes it. */
  rates(step: OptimizerStep): tf.Tensor1D;
}

/**
 * Adam (Kingma, Ba 2015, algorithm 1).
 *
 * @returns an update rule without state of its own.
 * @throws RangeError if a decay is outside [0, 1) or epsilon is less than 1e-30.
 * @example
 * ```ts
 * const zeros = () => tf.zeros<tf.Rank.R1>([3]);
 * const vectors = { parameters: zeros(), m: zeros(), v: zeros(), average: zeros() };
 * const optimizer = adam({ beta1: 0.5, beta2: 0.9 });
 * const rates = optimizer.rates({ count: 1, learningRate: 1e-3 });
 * const next = adamUpdate(vectors, tf.tensor1d([1, -2, 3]), rates);
 * ```
 */
export const adam = (options: AdamOptions = {}): Optimizer => optimizer('adam', options, 0);

/**
 * AdamW: Adam with decoupled weight decay (Loshchilov, Hutter 2019, algorithm 2).
 *
 * @returns an update rule without state of its own.
 * @throws RangeError if a decay is outside [0, 1), epsilon is less than 1e-30 or the weight decay is negative.
 * @example
 * ```ts
 * const rates = adamW({ weightDecay: 0.05 }).rates({ count: 1, learningRate: 1e-3 });
 * ```
 */
export function adamW({ weightDecay = 0.01, ...options }: AdamWOptions = {}): Optimizer {
  checkNumber('adamW: weightDecay', weightDecay, { min: 0 });
  return optimizer('adamW', options, weightDecay);
}

function optimizer(name: string, options: AdamOptions, weightDecay: number): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkNumber(`${name}: beta1`, beta1, { min: 0, below: 1 });
  checkNumber(`${name}: beta2`, beta2, { min: 0, below: 1 });
  checkNumber(`${name}: epsilon`, epsilon, { min: 1e-30 });
  return {
    rates: ({ count, learningRate, emaDecay = 0, emaWarmup }) => {
      const averaging = emaShare({ count, decay: emaDecay, warmup: emaWarmup });
      return tf.tensor1d(adamRates({ count, learningRate, beta1, beta2, epsilon, weightDecay, averaging }));
    },
  };
}
