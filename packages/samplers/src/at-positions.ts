import * as tf from '@tensorflow/tfjs-core';
import type { NoiseSchedule } from '@diffgan/schedule';

/**
 * Picks values of the steps of a schedule at the positions that a network is told: linear between two steps, those of its ends
 * beyond them.
 *
 * @param schedule whose steps they are
 * @param position float32 `[B]`
 * @param rank of what the values multiply: 4 for images, 2 for vectors
 * @returns a function from one value per step to `[B, 1, …]`
 */
export function atPositions(
  { positions, steps }: Pick<NoiseSchedule, 'positions' | 'steps'>,
  position: tf.Tensor,
  rank: number,
): (values: ArrayLike<number>) => tf.Tensor {
  const shape = [-1, ...new Array<number>(rank - 1).fill(1)];
  const known = tf.tensor1d(Float32Array.from(positions));
  const reached = tf.sum(tf.cast(tf.lessEqual(known, tf.expandDims(position, 1)), 'int32'), 1);
  const last = tf.scalar(Math.max(0, steps - 2), 'int32');
  const below = tf.minimum(tf.maximum(tf.sub(reached, tf.scalar(1, 'int32')), tf.scalar(0, 'int32')), last);
  const above = tf.minimum(tf.add(below, tf.scalar(1, 'int32')), tf.scalar(steps - 1, 'int32'));
  const from = tf.gather(known, below);
  // One step alone has no gap; positions are no closer than that.
  const gap = tf.maximum(tf.sub(tf.gather(known, above), from), 1e-6);
  const share = tf.clipByValue(tf.div(tf.sub(position, from), gap), 0, 1);
  return (values) => {
    const table = tf.tensor1d(Float32Array.from(values));
    const [low, high] = [below, above].map((i) => tf.gather(table, i));
    return tf.reshape(tf.add(low, tf.mul(share, tf.sub(high, low))), shape);
  };
}
