import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Images among tensors of any shape, such as samples of a model that is known at run time alone: the same tensor, of their type.
 *
 * @param tensor `[count, height, width, channels]`
 * @throws RangeError when it is of another rank.
 * @example
 * ```ts
 * import { asImages, imageGrid } from '@diffgan/data';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const samples: tf.Tensor = tf.zeros([4, 28, 28, 1]);
 * const png = await imageGrid(asImages(samples));
 * ```
 */
export function asImages(tensor: Tensor): Tensor4D {
  if (tensor.rank === 4) return tensor as Tensor4D;
  throw new RangeError(
    `asImages: the tensor has shape [${tensor.shape}]; images have [count, height, width, channels]`,
  );
}
