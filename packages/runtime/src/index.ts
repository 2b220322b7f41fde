/**
 * Backend selection.
 *
 * @module @diffgan/runtime
 */
export { assertGradients } from './assert-gradients.ts';
export { BackendError } from './backend-error.ts';
export { backendInfo, type BackendInfo } from './backend-info.ts';
export { backendNames, type BackendName } from './backend-names.ts';
export { selectBackend, type SelectBackendOptions } from './select-backend.ts';
export { registerWasmKernels } from './wasm/register-wasm-kernels.ts';
