import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import type { ImageDataset } from './image-dataset.ts';

// 2k/255 − 1 for every byte k: 0 ↦ −1 and 255 ↦ 1 exactly
const byteToUnit = Float32Array.from({ length: 256 }, (_, k) => (2 * k) / 255 - 1);

/**
 * Copies the pixels of chosen images into an array.
 *
 * @param dataset where the images come from
 * @param indices which images, 0…count − 1, in the order wanted; repeats are allowed
 * @returns NHWC float32 in [−1, 1] (bytes k become 2k/255 − 1), a fresh array
 * @throws RangeError for an empty list or an index that is not an integer in range
 * @example
 * ```ts
 * const test = await fashionMnist({ split: 'test' });
 * const pixels = imageValues(test, [0]); // 784 numbers
 * ```
 */
export function imageValues(dataset: ImageDataset, indices: ArrayLike<number>): Float32Array {
  const { images, count, height, width, channels } = dataset;
  if (indices.length === 0) throw new RangeError('takeImages: indices is empty; pass at least one.');
  const size = height * width * channels;
  const values = new Float32Array(indices.length * size);
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row];
    if (!Number.isInteger(index) || index < 0 || index >= count)
      throw new RangeError(`takeImages: indices[${row}] is ${index}; it must be an integer in 0…${count - 1}.`);
    const source = images.subarray(index * size, (index + 1) * size);
    if (source instanceof Float32Array) values.set(source, row * size);
    else for (let i = 0; i < size; i++) values[row * size + i] = byteToUnit[source[i]];
  }
  return values;
}

/**
 * Copies chosen images into a tensor.
 *
 * @param dataset where the images come from
 * @param indices which images, 0…count − 1, in the order wanted; repeats are allowed
 * @returns `[indices.length, H, W, C]` float32 in [−1, 1] (bytes k become 2k/255 − 1); the caller disposes it
 * @throws RangeError for an empty list or an index that is not an integer in range
 * @example
 * ```ts
 * const test = await fashionMnist({ split: 'test' });
 * const x = takeImages(test, [0, 1, 2]); // [3, 28, 28, 1]
 * ```
 */
export function takeImages(dataset: ImageDataset, indices: ArrayLike<number>): Tensor4D {
  const { height, width, channels } = dataset;
  return tensor4d(imageValues(dataset, indices), [indices.length, height, width, channels]);
}
