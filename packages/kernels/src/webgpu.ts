/**
 * Kernels for the backend `webgpu`, apart, since pages of other backends do without.
 *
 * @module @diffgan/kernels/webgpu
 */
export { registerWebgpuKernels } from './webgpu/register-webgpu-kernels.ts';
