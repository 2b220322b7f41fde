import type * as tf from '@tensorflow/tfjs-core';

/** The numbers of a tensor, which is disposed. */
export async function taken(tensor: tf.Tensor): Promise<Float32Array> {
  const values = Float32Array.from(await tensor.data<'float32'>());
  tensor.dispose();
  return values;
}
