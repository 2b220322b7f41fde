import * as tf from '@tensorflow/tfjs-core';

/** A variable that owns its value: tfjs leaves the tensor that one is made from to its maker. */
export function newVariable(make: () => tf.Tensor): tf.Variable {
  return tf.tidy(() => tf.variable(make()));
}
