/**
 * Fused and faster kernels for the backends of TensorFlow.js: C in SIMD and JavaScript for `wasm`, WGSL for `webgpu`.
 *
 * @module @diffgan/kernels
 */
export { type FusedCall, type FusedKernelName, fusedKernels, type GroupNormAttributes } from './fused-kernels.ts';
export type { ConvAttributes } from './conv-sizes.ts';
export { kernelLayer } from './kernel-layer.ts';
export {
  type AnyKernelCall,
  type KernelCall,
  type KernelOverride,
  kernelOverride,
  type KernelResult,
  type Original,
} from './kernel-override.ts';
export { registerSimdKernels, type SimdKernelOptions, type SimdKernels } from './simd/register-simd-kernels.ts';
export { registerWasmKernels } from './wasm/register-wasm-kernels.ts';
