import * as tf from '@tensorflow/tfjs-core';

/** Steps 1 … T, one per example: numbers on the host, or an int32 (or whole float32) tensor [B]. */
export type Steps = tf.Tensor1D | ArrayLike<number>;

/**
 * Coefficients of the steps of a batch, shaped to multiply a batch: element t − 1 of `coefficients` for every step t.
 *
 * @param coefficients one number per step, kept in float64 until they are picked.
 * @param t steps 1 … T. Host arrays are picked and checked on the host; a tensor is picked on the device and not checked.
 * @param rank of what the result multiplies: 4 for images, 2 for vectors.
 * @returns float32 [B, 1, …] of that rank, owned by the caller.
 * @throws RangeError for a step outside 1 … T (host arrays) or a rank below 1.
 * @example
 * ```ts
 * import { gather } from '@diffgan/ops';
 * const scale = gather(Float64Array.of(0.9, 0.8, 0.7), [1, 3], 4); // [[[[0.9]]], [[[0.7]]]]
 * ```
 */
export function gather(coefficients: ArrayLike<number>, t: Steps, rank: number): tf.Tensor {
  if (!Number.isInteger(rank) || rank < 1)
    throw new RangeError(`gather: rank is ${rank}, but must be a positive whole number`);
  const ones = new Array<number>(rank - 1).fill(1);
  if (t instanceof tf.Tensor)
    return tf.tidy(() => {
      const table = tf.tensor1d(Float32Array.from(coefficients));
      return tf.reshape(tf.gather(table, tf.cast(tf.sub(t, 1), 'int32')), [-1, ...ones]);
    });
  const picked = Float32Array.from(t, (step) => {
    if (!Number.isInteger(step) || step < 1 || step > coefficients.length)
      throw new RangeError(`gather: step ${step} is not a whole number from 1 to ${coefficients.length}`);
    return coefficients[step - 1];
  });
  return tf.tensor(picked, [picked.length, ...ones]);
}
