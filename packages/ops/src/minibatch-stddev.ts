import * as tf from '@tensorflow/tfjs-core';

/** Options of `minibatchStddev`. */
export interface MinibatchStddevOptions {
  /** Examples per group; a smaller batch is one group. @defaultValue 4 */
  groupSize?: number;
}

/**
 * Appends one channel with the standard deviation among the examples of a group, averaged over pixels and channels
 * (Karras et al. 2018), so that a critic can see a collapse. Twice differentiable.
 *
 * As in StyleGAN2 and the released DDGAN, a batch of B makes B/groupSize groups of every (B/groupSize)-th example, and the deviation is
 * √(biased variance + 1e-8).
 *
 * @param x [B, H, W, C]; B divisible by the group size.
 * @returns [B, H, W, C + 1], owned by the caller.
 * @throws RangeError when the batch does not divide into groups.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { minibatchStddev } from '@diffgan/ops';
 * const h = minibatchStddev(tf.randomNormal<tf.Rank.R4>([8, 4, 4, 16])); // [8, 4, 4, 17]
 * ```
 */
export function minibatchStddev(x: tf.Tensor4D, { groupSize = 4 }: MinibatchStddevOptions = {}): tf.Tensor4D {
  if (x.rank !== 4)
    throw new RangeError(`minibatchStddev: x has shape [${x.shape}], but must be [batch, height, width, channels]`);
  const [batch, height, width, channels] = x.shape;
  const size = Math.min(batch, groupSize);
  if (!Number.isInteger(size) || size < 1 || batch % size)
    throw new RangeError(`minibatchStddev: a batch of ${batch} does not divide into groups of ${groupSize}`);
  return tf.tidy(() => {
    const groups = tf.reshape(x, [size, batch / size, height * width * channels]);
    const centred = tf.sub(groups, tf.mean(groups, 0, true));
    const stddev = tf.sqrt(tf.add(tf.mean(tf.square(centred), 0), 1e-8));
    const perGroup = tf.reshape(tf.mean(stddev, 1), [1, batch / size, 1]);
    const map = tf.mul(perGroup, tf.ones([size, 1, height * width]));
    return tf.concat([x, tf.reshape(map, [batch, height, width, 1])], 3);
  });
}
