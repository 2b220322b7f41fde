import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './with-gradient.ts';

// Averaging over squares and repeating pixels are linear and adjoint up to the area of the square: each is the other's gradient.

/** Throws unless `x` is a batch of images and `factor` a positive whole number. */
function assertImages(where: string, x: tf.Tensor, factor: number): void {
  if (x.rank !== 4)
    throw new RangeError(`${where}: x has shape [${x.shape}], but must be [batch, height, width, channels]`);
  if (!Number.isInteger(factor) || factor < 1)
    throw new RangeError(`${where}: factor is ${factor}, but must be a positive whole number`);
}

/**
 * Averages squares of size × size pixels, twice differentiable.
 *
 * @param x images [B, H, W, C]; H and W divisible by `size`.
 * @param size side of the squares, 2 unless told.
 * @returns [B, H/size, W/size, C], owned by the caller.
 * @throws RangeError when the sizes do not divide.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { averagePool } from '@diffgan/ops';
 * const half = averagePool(tf.ones([1, 28, 28, 3])); // [1, 14, 14, 3]
 * ```
 */
export function averagePool(x: tf.Tensor4D, size = 2): tf.Tensor4D {
  assertImages('averagePool', x, size);
  const [, height, width] = x.shape;
  if (height % size || width % size)
    throw new RangeError(`averagePool: images of ${height}×${width} do not divide by size ${size}; pad them first`);
  return withGradient([x], () => tf.avgPool(x, size, size, 'valid'), {
    save: [],
    backward: (dy) => [nearestUpsample(tf.mul<tf.Tensor4D>(dy, 1 / (size * size)), size)],
  });
}

/**
 * Repeats every pixel factor × factor times, twice differentiable.
 *
 * @param x images [B, H, W, C].
 * @param factor 2 unless told.
 * @returns [B, H·factor, W·factor, C], owned by the caller.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { nearestUpsample } from '@diffgan/ops';
 * const twice = nearestUpsample(tf.ones([1, 7, 7, 3])); // [1, 14, 14, 3]
 * ```
 */
export function nearestUpsample(x: tf.Tensor4D, factor = 2): tf.Tensor4D {
  assertImages('nearestUpsample', x, factor);
  const [, height, width] = x.shape;
  const size: [number, number] = [height * factor, width * factor];
  // Half-pixel centres keep the source index away from the edge between two pixels, where rounding would decide.
  return withGradient([x], () => tf.image.resizeNearestNeighbor(x, size, false, true), {
    save: [],
    backward: (dy) => [tf.mul(averagePool(dy, factor), factor * factor)],
  });
}
