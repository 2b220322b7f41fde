import * as tf from '@tensorflow/tfjs-core';

/** Whether the current backend has a kernel of this name. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) != null;
}

/**
 * Whether the current backend has a kernel of this name and it may be used here.
 *
 * The fused operations of this library are kernels with names of their own, which `selectBackend` of `@diffgan/runtime` registers for
 * the backends that have them. Their gradients are kernels as well, which nothing could differentiate again: inside a gradient of a
 * gradient (R1, gradient penalty) the composites run instead.
 */
export function hasFusedKernel(name: string): boolean {
  const { gradientDepth } = tf.engine().state;
  return gradientDepth <= 1 && hasKernel(name);
}

/** Runs a fused kernel, whose results are of the rank that the caller knows. They belong to the caller's tidy. */
export function runFusedKernel<T extends tf.Tensor>(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: object = {},
): T[] {
  return tf.engine().runKernel<T[]>(name, inputs, attributes as tf.NamedAttrMap);
}
