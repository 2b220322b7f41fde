import * as tf from '@tensorflow/tfjs-core';
import { checkNumber } from './check-number.ts';

/** A gradient whose norm is at most what was asked for. */
export type ClippedGradient = {
  /** The gradient, shortened where it was too long. */
  gradient: tf.Tensor1D;
  /** Its norm before that. */
  norm: tf.Scalar;
};

/**
 * Shortens a gradient to norm `maxNorm` where it is longer (Pascanu, Mikolov, Bengio 2013, algorithm 1). The direction stays.
 *
 * @param gradient by all parameters of a network, as one vector; not disposed.
 * @param maxNorm largest norm allowed; `Infinity` only measures.
 * @returns gradient and norm; the caller disposes them. Not finite where the gradient is not.
 * @throws RangeError if `maxNorm` is not positive.
 * @example
 * ```ts
 * const { gradient, norm } = clipByGlobalNorm(tf.tensor1d([3, 4]), 1); // [0.6, 0.8], 5
 * ```
 */
export function clipByGlobalNorm(gradient: tf.Tensor1D, maxNorm: number): ClippedGradient {
  if (maxNorm !== Infinity) checkNumber('clipByGlobalNorm: maxNorm', maxNorm, { min: Number.MIN_VALUE });
  return tf.tidy(() => {
    const norm = tf.sqrt(tf.sum<tf.Scalar>(tf.square(gradient)));
    if (maxNorm === Infinity) return { gradient: tf.clone(gradient), norm };
    // max/norm is Infinity at 0, where the minimum is 1.
    return { gradient: tf.mul<tf.Tensor1D>(gradient, tf.minimum(1, tf.div(maxNorm, norm))), norm };
  });
}
