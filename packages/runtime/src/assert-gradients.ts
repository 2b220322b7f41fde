import * as tf from '@tensorflow/tfjs-core';

/**
 * Throws unless TensorFlow.js knows its gradients. In Node `@tensorflow/tfjs-core` alone registers none, and training
 * would fail in the middle of the first step.
 *
 * @throws Error that says what to import.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-layers';
 * import { assertGradients } from '@diffgan/runtime';
 * assertGradients();
 * ```
 */
export function assertGradients(): void {
  if (tf.getGradient('Mean') === undefined)
    throw new Error(
      'assertGradients: TensorFlow.js has no gradients registered, so nothing can be trained. ' +
        "Add `import '@tensorflow/tfjs-layers';` (same version as @tensorflow/tfjs-core) to the program's entry point.",
    );
}
