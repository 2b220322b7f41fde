/**
 * Backend selection and compiled functions.
 *
 * @module @diffgan/runtime
 */
export { assertGradients } from './assert-gradients.ts';
export { BackendError } from './backend-error.ts';
export { backendInfo, type BackendInfo } from './backend-info.ts';
export { backendNames, type BackendName } from './backend-names.ts';
export { compile, type Compiled, type CompileFunctionOptions, type CompileOptions } from './compile.ts';
export { CompileError } from './compile-error.ts';
export { compileTrainStep, type StepOptions, type TrainStep, type TrainStepOptions } from './compile-train-step.ts';
export { compileUpdate, type CompiledUpdate, type Update } from './compile-update.ts';
export { type EngineName, type Precision } from './graph/graph-engine.ts';
export { type AvailablePrecision, availablePrecision, type PrecisionOptions, precisions } from './precision.ts';
export type { ProcessGroup } from './process-group.ts';
export { residentState, type ResidentState } from './resident-state.ts';
export { selectBackend, type SelectBackendOptions } from './select-backend.ts';
export type { WasmBinaryName, WasmPaths } from './backends/wasm-binary.ts';
export { withVariables } from './with-variables.ts';
