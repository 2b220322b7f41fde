import { kernelLayer } from '../kernel-layer.ts';
import { batchMatMul } from './batch-mat-mul.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { depthwiseBackpropFilter } from './depthwise-backprop-filter.ts';
import { depthwiseBackpropInput } from './depthwise-backprop-input.ts';
import { identity } from './identity.ts';
import { slice } from './slice.ts';
import { splitV } from './split-v.ts';
import { unpack } from './unpack.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

const register = /* @__PURE__ */ kernelLayer('wasm', [
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
]);

/**
 * Gives the `wasm` backend the kernels that training needs and that it lacks or computes with naive loops: gradients of
 * convolutions, of gather, and products with transposed or several matrices. `selectBackend('wasm')` calls it. Doing so
 * again has no effect.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-wasm';
 * import { registerWasmKernels } from '@diffgan/kernels';
 * registerWasmKernels();
 * ```
 */
export function registerWasmKernels(): void {
  register();
}
