import * as tf from '@tensorflow/tfjs-core';

/** The numbers of the tensor that `make` returns; frees everything made on the way. */
export async function valuesOf(make: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(make);
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}
