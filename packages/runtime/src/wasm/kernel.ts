import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What a kernel is called with. */
export interface KernelCall<Inputs extends string, Attributes = object> {
  inputs: Record<Inputs, tf.TensorInfo>;
  backend: BackendWasm;
  attrs: Attributes;
}

/** A kernel of ours; `original` is the backend's own, when there is one. */
export interface WasmKernel {
  name: string;
  make: (original: tf.KernelFunc | undefined) => tf.KernelFunc;
}

/** The backend's own kernel, on the same call or on one that differs from it. */
export type Original<Call> = (changes?: Partial<Call>) => tf.TensorInfo;

/** Describes a kernel of ours that may leave cases to the backend's own. */
export function wasmKernel<Inputs extends string, Attributes>(
  name: string,
  compute: (
    call: KernelCall<Inputs, Attributes>,
    original: Original<KernelCall<Inputs, Attributes>>,
  ) => tf.TensorInfo | tf.TensorInfo[],
): WasmKernel {
  const make =
    (original: tf.KernelFunc | undefined): tf.KernelFunc =>
    (call) =>
      compute(call as unknown as KernelCall<Inputs, Attributes>, (changes) => {
        if (!original) throw new Error(`The wasm backend has no kernel "${name}" for ${describe(call.inputs)}.`);
        return original({ ...call, ...changes } as typeof call) as tf.TensorInfo;
      });
  return { name, make };
}

function describe(inputs: tf.NamedTensorInfoMap): string {
  return Object.entries(inputs)
    .map(([key, tensor]) => `${key} [${tensor?.shape.join(', ')}]`)
    .join(', ');
}

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
