import * as tf from '@tensorflow/tfjs-core';

/** How `withGradient` differentiates. */
export interface CustomGradient<T extends tf.Tensor = tf.Tensor> {
  /** What `backward` needs, recorded by reference; never an output: that breaks the second derivative. @defaultValue the inputs */
  save?: tf.Tensor[];
  /** From the gradient of the result to those of the inputs, in their order; written in ops that can be differentiated again. */
  backward: (dy: T, saved: tf.Tensor[]) => tf.Tensor[];
}

/**
 * Runs `forward` unrecorded and differentiates it by `backward`.
 *
 * tfjs loses the link from a saved output to its input, so its own gradients of sigmoid, tanh, exp and softmax are silently wrong when
 * differentiated again. Saved inputs keep their link: `backward` recomputes what it needs from them, and every order is right.
 */
export function withGradient<T extends tf.Tensor>(
  inputs: tf.Tensor[],
  forward: () => T,
  { backward, save = inputs }: CustomGradient<T>,
): T {
  const operation = tf.customGrad<T>((...inputsAndSave) => {
    (inputsAndSave.at(-1) as tf.GradSaveFunc)(save);
    return { value: forward(), gradFunc: (dy: T, saved: tf.Tensor[]) => backward(dy, saved) };
  });
  return operation(...inputs);
}
