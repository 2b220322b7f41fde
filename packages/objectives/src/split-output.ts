import * as tf from '@tensorflow/tfjs-core';

/** The two halves of the output of a network that learns its variance. */
export interface SplitOutput {
  /** The first half of the channels, see {@link predict}. */
  prediction: tf.Tensor;
  /** The second half of the channels, see {@link reverseVariance}. */
  variance: tf.Tensor;
}

/**
 * Splits the 2C channels of a network that learns its variance into the prediction and what it says of the variance.
 *
 * @param output `[B, …, 2C]`; not disposed
 * @returns two tensors `[B, …, C]`, which the caller disposes
 * @throws RangeError if the number of channels is odd
 *
 * Source: Nichol, Dhariwal 2021 (arXiv:2102.09672), section 3.1.
 *
 * @example
 * ```ts
 * import { splitOutput } from '@diffgan/objectives';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const { prediction, variance } = splitOutput(tf.zeros([2, 28, 28, 2])); // both [2, 28, 28, 1]
 * ```
 */
export function splitOutput(output: tf.Tensor): SplitOutput {
  const channels = output.shape.at(-1) ?? 1;
  if (channels % 2 !== 0)
    throw new RangeError(`splitOutput: the output has ${channels} channels; a network that learns its variance has 2C`);
  const [prediction, variance] = tf.split(output, 2, -1);
  return { prediction, variance };
}
