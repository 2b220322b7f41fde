import * as tf from '@tensorflow/tfjs-core';

/** [B, N, heads·d] → [B·heads, N, d]. */
export function splitHeads(x: tf.Tensor3D, heads: number): tf.Tensor3D {
  if (heads === 1) return x;
  const [batch, pixels, channels] = x.shape;
  const width = channels / heads;
  const perHead = tf.transpose(tf.reshape(x, [batch, pixels, heads, width]), [0, 2, 1, 3]);
  return tf.reshape(perHead, [batch * heads, pixels, width]);
}

/** The way back. */
export function joinHeads(x: tf.Tensor3D, heads: number): tf.Tensor3D {
  if (heads === 1) return x;
  const [all, pixels, width] = x.shape;
  const perPixel = tf.transpose(tf.reshape(x, [all / heads, heads, pixels, width]), [0, 2, 1, 3]);
  return tf.reshape(perPixel, [all / heads, pixels, heads * width]);
}
