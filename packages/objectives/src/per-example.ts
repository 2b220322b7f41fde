import * as tf from '@tensorflow/tfjs-core';

/** The sum over all axes but the first: `[B]`. */
export function sumPerExample(x: tf.Tensor): tf.Tensor1D {
  return tf.sum(tf.reshape(x, [x.shape[0], -1]), 1);
}

/** The mean over all axes but the first: `[B]`. */
export function meanPerExample(x: tf.Tensor): tf.Tensor1D {
  return tf.mean(tf.reshape(x, [x.shape[0], -1]), 1);
}
