import * as tf from '@tensorflow/tfjs-core';
import { addMoments, type MomentSums } from '../linear-algebra/add-moments.ts';

/** The kernel that a backend may have for this, faster than WebAssembly. */
const kernelName = 'DiffganAddMoments';

/**
 * Adds vectors to sums, by the current backend where that has a kernel for it. Tensors have no float64, so the arrays are its
 * attributes, and it changes them in place.
 */
export function accumulate(vectors: Float64Array, sums: MomentSums): void {
  const kernel = tf.getKernel(kernelName, tf.getBackend());
  if (kernel === undefined) return addMoments(vectors, sums);
  const attrs = { vectors, ...sums } as unknown as tf.NamedAttrMap;
  kernel.kernelFunc({ inputs: {}, attrs, backend: tf.backend() });
}
