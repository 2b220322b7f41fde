import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { KernelCall } from '../kernel-override.ts';

/** What a kernel is called with. */
export type WasmCall<Inputs extends string, Attributes = object> = KernelCall<Inputs, Attributes, BackendWasm>;

/** Runs another kernel of the backend, off the tape; the caller frees the result. */
export function callKernel(
  backend: BackendWasm,
  name: string,
  inputs: Record<string, tf.TensorInfo>,
  attrs: object = {},
): tf.TensorInfo {
  const kernel = tf.getKernel(name, 'wasm');
  if (!kernel) throw new Error(`The wasm backend has no kernel "${name}".`);
  return kernel.kernelFunc({ inputs, backend, attrs: attrs as tf.NamedAttrMap }) as tf.TensorInfo;
}

/** Collects intermediate results and frees them all when `compute` is done. */
export function withScratch<T>(
  backend: BackendWasm,
  compute: (keep: (tensor: tf.TensorInfo) => tf.TensorInfo) => T,
): T {
  const scratch: tf.TensorInfo[] = [];
  try {
    return compute((tensor) => {
      scratch.push(tensor);
      return tensor;
    });
  } finally {
    for (const { dataId } of scratch) backend.disposeData(dataId);
  }
}

/** Swaps dimensions; the caller frees the result. */
export function transpose(backend: BackendWasm, x: tf.TensorInfo, perm: readonly number[]): tf.TensorInfo {
  return callKernel(backend, 'Transpose', { x }, { perm });
}

/** A float tensor's numbers in the heap. Anything that allocates may move the heap: take it again afterwards. */
export function floats(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}
