import * as tf from '@tensorflow/tfjs-core';

/**
 * `below` where x ≤ limit, else `above`, all of one shape; differentiable twice in both. tfjs looks for gradients of the comparison
 * that `tf.where`, `tf.maximum` and `tf.clipByValue` make, finds none and fails; here x is saved, but not differentiated.
 */
export function whereAtMost(x: tf.Tensor, limit: number, below: tf.Tensor, above: tf.Tensor): tf.Tensor {
  const select = tf.customGrad((...inputs) => {
    const [a, b, save] = inputs as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([x]);
    return {
      value: tf.where(tf.lessEqual(x, limit), a, b),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const zero = tf.zerosLike(dy);
        return [whereAtMost(saved[0], limit, dy, zero), whereAtMost(saved[0], limit, zero, dy)];
      },
    };
  });
  return select(below, above);
}
