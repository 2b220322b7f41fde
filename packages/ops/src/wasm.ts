/**
 * SIMD kernels for the `wasm` backend of TensorFlow.js.
 *
 * @module @diffgan/ops/wasm
 */
export { registerSimdKernels, type SimdKernelOptions, type SimdKernels } from './wasm/register-simd-kernels.ts';
