import type { Tensor } from '@tensorflow/tfjs-core';

/** The numbers of a tensor, which is disposed. */
export async function valuesOf(tensor: Tensor): Promise<number[]> {
  const values = Array.from(await tensor.data());
  tensor.dispose();
  return values;
}
