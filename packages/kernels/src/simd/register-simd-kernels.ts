import { backend as currentBackend, getBackend } from '@tensorflow/tfjs-core';
import { registerFusedGradients } from '../fused-gradients.ts';
import { kernelLayer } from '../kernel-layer.ts';
import { adam } from './adam.ts';
import { attention, attentionGrad } from './attention.ts';
import { binaries } from './binary.ts';
import { compileBuild } from './compile-build.ts';
import { biasedConvolution, conv2d, conv2dBackpropFilter, conv2dBackpropInput, fusedConv2d } from './convolution.ts';
import { groupNorm, groupNormGrad } from './group-norm.ts';
import type { KernelExport } from './kernel-export.ts';
import { KernelModule } from './kernel-module.ts';
import { batchMatMul, dense, fusedMatMul } from './mat-mul.ts';
import { attachModule } from './modules.ts';
import { avgPool, concat, resizeNearestNeighbor, splitV } from './rearrange.ts';
import { mean, sum } from './reduce.ts';
import { greater, select } from './select.ts';
import { leakyRelu, sigmoid, softmax, square } from './unary.ts';
import { isWasmBackend, type WasmBackend } from './wasm-backend.ts';
import { WorkerPool } from './worker-pool.ts';

/** Options of {@link registerSimdKernels}. */
export interface SimdKernelOptions {
  /** Threads that share the work, this one included; more than 1 takes a shared `memory`. @defaultValue 1 */
  threads?: number;
  /** The memory of the backend, where the backend does not export it: when it runs on threads. */
  memory?: WebAssembly.Memory;
  /** Whether results must be the same bits on every machine, which rules fused multiply-add out. @defaultValue false */
  reproducible?: boolean;
  /** Receives one line when a thread is lost. */
  onNote?: (line: string) => void;
}

/** What runs now. */
export interface SimdKernels {
  /** Whether multiply and add are fused where the machine can. */
  relaxed: boolean;
  /** Threads that share the work, this one included. */
  threads: number;
}

const registerKernels = /* @__PURE__ */ kernelLayer('wasm', [
  ...binaries,
  adam,
  attention,
  attentionGrad,
  avgPool,
  batchMatMul,
  biasedConvolution,
  concat,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  dense,
  fusedConv2d,
  fusedMatMul,
  greater,
  groupNorm,
  groupNormGrad,
  leakyRelu,
  mean,
  resizeNearestNeighbor,
  select,
  sigmoid,
  softmax,
  splitV,
  square,
  sum,
]);

/**
 * Puts kernels in SIMD to work in the heap of the current `wasm` backend of TensorFlow.js 4.22.0:
 * convolutions and matrix products with their gradients, group normalisation, attention, Adam, and what else training needs. What they
 * do not cover stays with the kernels that were there before. `selectBackend('wasm')` of `@diffgan/runtime` calls this; doing
 * so again changes the options.
 *
 * @returns what runs now.
 * @throws Error when the current backend is not `wasm`, its memory is not known, or this engine has no WebAssembly SIMD;
 *   nothing has changed then.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-wasm';
 * import { registerSimdKernels } from '@diffgan/kernels';
 * await tf.setBackend('wasm');
 * const { relaxed, threads } = await registerSimdKernels({ reproducible: true }); // false, 1
 * ```
 */
export async function registerSimdKernels(options: SimdKernelOptions = {}): Promise<SimdKernels> {
  const { threads = 1, reproducible = false, onNote } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`registerSimdKernels: threads is ${threads}, but must be a whole number of at least 1`);
  const backend = wasmBackend();
  const memory = options.memory ?? backend.wasm.asm?.memory;
  if (!memory)
    throw new Error('the memory of the wasm backend is not known, since it was started on threads by others');
  const shared = typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer;
  const { module, relaxed } = await compileBuild({ shared, reproducible });
  const exports = (await WebAssembly.instantiate(module, { env: { memory } })).exports as Record<string, KernelExport>;
  const pool = shared && threads > 1 ? await WorkerPool.start({ module, memory, exports, threads, onNote }) : undefined;
  const attached = new KernelModule(backend, exports, relaxed, pool);
  attachModule(backend, attached);
  registerKernels();
  registerFusedGradients();
  return { relaxed, threads: attached.threads };
}

function wasmBackend(): WasmBackend {
  const backend = getBackend() === 'wasm' ? currentBackend() : undefined;
  if (backend && isWasmBackend(backend)) return backend;
  throw new Error(
    `registerSimdKernels: the current backend "${getBackend()}" is not the wasm backend of TensorFlow.js 4.22`,
  );
}
