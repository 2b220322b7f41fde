import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import type { PointDataset } from './point-dataset.ts';

/**
 * Copies chosen points into a tensor.
 *
 * @param dataset where the points come from
 * @param indices which points, 0…count − 1, in the order wanted; repeats are allowed
 * @returns `[indices.length, dimensions]` float32; the caller disposes it
 * @throws RangeError for an empty list or an index that is not an integer in range
 * @example
 * ```ts
 * const x = takePoints(gaussians25(1000, key(0)), [0, 1, 2]); // [3, 2]
 * ```
 */
export function takePoints({ points, count, dimensions }: PointDataset, indices: ArrayLike<number>): Tensor2D {
  if (indices.length === 0) throw new RangeError('takePoints: indices is empty; pass at least one.');
  const values = new Float32Array(indices.length * dimensions);
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row];
    if (!Number.isInteger(index) || index < 0 || index >= count)
      throw new RangeError(`takePoints: indices[${row}] is ${index}; it must be an integer in 0…${count - 1}.`);
    values.set(points.subarray(index * dimensions, (index + 1) * dimensions), row * dimensions);
  }
  return tensor2d(values, [indices.length, dimensions]);
}
