/**
 * WGSL kernels of the operations that the `webgpu` backend would otherwise put together from many passes over memory.
 *
 * @module @diffgan/ops/webgpu
 */
export { registerWebgpuKernels } from './webgpu/register-webgpu-kernels.ts';
