import * as tf from '@tensorflow/tfjs-core';

/**
 * Gives tensors the operations that kernels of tfjs-node (prelu) and gradients of the core (prod, gatherND) call as their methods. The
 * package that has all such methods, `@tensorflow/tfjs`, is not loaded.
 */
export function giveTensorsMethods(): void {
  const methods = {
    add: (x: tf.Tensor, other: tf.TensorLike) => tf.add(x, other),
    mul: (x: tf.Tensor, other: tf.TensorLike) => tf.mul(x, other),
    reshape: (x: tf.Tensor, shape: number[]) => tf.reshape(x, shape),
    sub: (x: tf.Tensor, other: tf.TensorLike) => tf.sub(x, other),
  };
  const prototype = tf.Tensor.prototype as unknown as Record<string, unknown>;
  for (const [name, compute] of Object.entries(methods))
    prototype[name] ??= function (this: tf.Tensor, argument: never) {
      return compute(this, argument);
    };
}
