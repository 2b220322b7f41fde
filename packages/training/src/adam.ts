import * as tf from '@tensorflow/tfjs-core';
import { checkNumber } from './check-number.ts';

/** First and second moments of the gradient, one entry per parameter. */
export type AdamMoments = Record<'m' | 'v', tf.Tensor1D>;

/** When and how far to move. */
export interface AdamStep {
  /** Number of updates so far, this one included: 1, 2, … */
  count: number;
  /** Step size. */
  learningRate: number;
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

/** An update rule on one vector that holds all parameters of a network. */
export interface Optimizer {
  /** Moments before the first step; the caller disposes them. */
  init(size: number): AdamMoments;
  /** The next parameters and moments; nothing is disposed. */
  update(
    parameters: tf.Tensor1D,
    gradient: tf.Tensor1D,
    state: AdamMoments & AdamStep,
  ): AdamMoments & { parameters: tf.Tensor1D };
}

/**
 * Adam (Kingma, Ba 2015, algorithm 1) on a parameter vector: a dozen operations for a whole network, not per variable.
 *
 * @returns an update rule without state of its own.
 * @throws RangeError if a decay is outside [0, 1) or epsilon is less than 1e-30.
 * @example
 * ```ts
 * const optimizer = adam({ beta1: 0.5, beta2: 0.9 });
 * const { m, v } = optimizer.init(2);
 * const next = optimizer.update(tf.tensor1d([1, 2]), tf.tensor1d([0.1, -3]), { m, v, count: 1, learningRate: 0.01 });
 * await next.parameters.data(); // [0.99, 2.01]
 * ```
 */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {}): Optimizer {
  checkNumber('adam: beta1', beta1, { min: 0, below: 1 });
  checkNumber('adam: beta2', beta2, { min: 0, below: 1 });
  checkNumber('adam: epsilon', epsilon, { min: 1e-30 });
  const blend = (old: tf.Tensor1D, fresh: tf.Tensor1D, beta: number): tf.Tensor1D =>
    tf.add(tf.mul(old, beta), tf.mul(fresh, 1 - beta));
  return {
    init: (size) => ({ m: tf.zeros([size]), v: tf.zeros([size]) }),
    update: (parameters, gradient, { m, v, count, learningRate }) =>
      tf.tidy(() => {
        const mNext = blend(m, gradient, beta1);
        const vNext = blend(v, tf.square(gradient), beta2);
        const root = tf.sqrt(tf.mul(vNext, 1 / (1 - beta2 ** count))); // √v̂
        const move = tf.mul(tf.div(mNext, tf.add(root, epsilon)), learningRate / (1 - beta1 ** count));
        return { m: mNext, v: vNext, parameters: tf.sub<tf.Tensor1D>(parameters, move) };
      }),
  };
}
