import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { batchMatMul } from './batch-mat-mul.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { depthwiseBackpropFilter } from './depthwise-backprop-filter.ts';
import { depthwiseBackpropInput } from './depthwise-backprop-input.ts';
import { identity } from './identity.ts';
import type { WasmKernel } from './kernel.ts';
import { slice } from './slice.ts';
import { splitV } from './split-v.ts';
import { unpack } from './unpack.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

const kernels: readonly WasmKernel[] = [
  batchMatMul,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  identity,
  slice,
  splitV,
  unpack,
  unsortedSegmentSum,
];

// By name: kernels that replaced ours in turn must not be replaced again.
const registered = /* @__PURE__ */ new Set<string>();

/**
 * Gives the `wasm` backend the kernels that training needs and that it lacks or computes with naive loops: gradients of
 * convolutions, of gather, and products with transposed or several matrices. `selectBackend('wasm')` calls it. Doing so
 * again has no effect.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-wasm';
 * import { registerWasmKernels } from '@diffgan/runtime';
 * registerWasmKernels();
 * ```
 */
export function registerWasmKernels(): void {
  for (const { name, make } of kernels) {
    const present = getKernel(name, 'wasm');
    if (present && registered.has(name)) continue;
    if (present) unregisterKernel(name, 'wasm');
    const kernelFunc = make(present?.kernelFunc);
    registered.add(name);
    // The rest of the original stays: its setupFunc must run when the backend starts after this.
    registerKernel({ ...present, kernelName: name, backendName: 'wasm', kernelFunc });
  }
}
