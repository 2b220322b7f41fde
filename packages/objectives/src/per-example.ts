import * as tf from '@tensorflow/tfjs-core';

/** The sum over all axes but the first: `[B]`. */
export function sumPerExample(x: tf.Tensor): tf.Tensor1D {
  return tf.sum(tf.reshape(x, [x.shape[0], -1]), 1);
}

/** The mean over all axes but the first: `[B]`. */
export function meanPerExample(x: tf.Tensor): tf.Tensor1D {
  return tf.mean(tf.reshape(x, [x.shape[0], -1]), 1);
}

/** One value for each example, `[B]`, as `[B, 1, …]` of a rank. */
export function perBatch(values: tf.Tensor, rank: number): tf.Tensor {
  return tf.reshape(values, [-1, ...new Array<number>(rank - 1).fill(1)]);
}
