import * as tf from '@tensorflow/tfjs-core';

const starting = /* @__PURE__ */ new Set<Promise<unknown>>();

/**
 * Notes that a backend of TensorFlow.js is on its way, so that {@link backendReady} waits for it; `selectBackend` of `@diffgan/runtime` does
 * this.
 *
 * @returns the promise itself.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { backendStarts } from '@diffgan/ops';
 * await backendStarts(tf.setBackend('wasm'));
 * ```
 */
export function backendStarts<T>(start: Promise<T>): Promise<T> {
  starting.add(start);
  const over = () => void starting.delete(start);
  start.then(over, over);
  return start;
}

/**
 * Waits until TensorFlow.js can compute: for a backend that is on its way, or the start of one that was imported and is not in use yet.
 *
 * @throws Error when there is none, or none that starts; the message says what to do.
 * @example
 * ```ts
 * import { backendReady } from '@diffgan/ops';
 * await backendReady(); // from here on tensors can be made
 * ```
 */
export async function backendReady(): Promise<void> {
  await Promise.allSettled(starting);
  if (Object.keys(tf.engine().registryFactory).length === 0)
    throw new Error(
      'TensorFlow.js has no backend yet: call `await selectBackend()` of @diffgan/runtime first, or import one, such as @tensorflow/tfjs-backend-cpu',
    );
  try {
    await tf.ready();
  } catch (cause) {
    throw new Error(
      'no backend of TensorFlow.js that was imported starts here; `await selectBackend()` of @diffgan/runtime says why, and finds the files of WASM by itself',
      { cause },
    );
  }
}
