import type { BackendName } from '../backend-names.ts';
import type { BackendLoader } from './backend-loader.ts';
import { loadCpu } from './cpu.ts';
import { loadTensorflow } from './tensorflow.ts';
import { loadWasm } from './wasm.ts';
import { loadWebgpu } from './webgpu.ts';

/** How each backend is started. */
export const loaders: Readonly<Record<BackendName, BackendLoader>> = {
  tensorflow: loadTensorflow,
  webgpu: loadWebgpu,
  wasm: loadWasm,
  cpu: loadCpu,
};
