import type * as wasmPackage from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { registerSimdKernels, registerWasmKernels, type SimdKernels } from '@diffgan/kernels';
import { BackendError } from '../backend-error.ts';
import { reason } from '../platform.ts';
import { activate } from './activate.ts';
import type { BackendLoader, LoadOptions } from './backend-loader.ts';
import { importBackendPackage, supportedVersion } from './import-backend-package.ts';
import {
  endBackend,
  sharedMemoryOf,
  startedBackend,
  startOnOwnHeap,
  startOnSharedHeap,
  whyNoSharedHeap,
} from './shared-heap.ts';

/** WebAssembly with the kernels that training needs: those in SIMD where possible, those in JavaScript everywhere. */
export const loadWasm: BackendLoader = async (options) => {
  if (typeof WebAssembly !== 'object')
    throw new BackendError('wasm', 'this JavaScript engine has no WebAssembly', 'Use "cpu"');
  const wasm = await importBackendPackage('wasm', () => import('@tensorflow/tfjs-backend-wasm'));
  const notes: string[] = [];
  let simd: SimdKernels | undefined;
  if (wasm.version_wasm === supportedVersion) {
    const whyOneThread = await startForThreads(wasm, options);
    if (whyOneThread) notes.push(`one thread, since ${whyOneThread}`);
    registerWasmKernels();
    simd = await attachSimdKernels(options, notes);
  } else {
    await activate('wasm');
    registerWasmKernels();
    notes.push(
      `JavaScript kernels on one thread, since the SIMD kernels are made for ${supportedVersion} of @tensorflow/tfjs-backend-wasm`,
    );
  }
  return {
    version: `tfjs-backend-wasm ${wasm.version_wasm}`,
    device: await describeDevice(simd),
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
};

type WasmPackage = typeof wasmPackage;

/** Starts the backend, on a heap for several threads if they are asked for; returns why that was not possible. */
async function startForThreads(wasm: WasmPackage, { threads = 1 }: LoadOptions): Promise<string | undefined> {
  const start = () => activate('wasm');
  const running = startedBackend();
  if (threads === 1 || (running && sharedMemoryOf(running))) {
    await startOnOwnHeap(start);
    return undefined;
  }
  const obstacle = whyNoSharedHeap() ?? (endBackend() ? undefined : 'the backend was started before and holds tensors');
  if (!obstacle) {
    try {
      await startOnSharedHeap(wasm, start);
      return undefined;
    } catch (error) {
      await startOnOwnHeap(start);
      return reason(error);
    }
  }
  await startOnOwnHeap(start);
  return obstacle;
}

/** Registers the SIMD kernels; with fewer threads, or not at all, where that fails, and a note that says so. */
async function attachSimdKernels(options: LoadOptions, notes: string[]): Promise<SimdKernels | undefined> {
  const { threads = 1, reproducible, onNote } = options;
  const memory = sharedMemoryOf(tf.backend());
  try {
    const wanted = memory ? threads : 1;
    return await registerSimdKernels({ threads: wanted, memory, reproducible, onNote }).catch((error: unknown) => {
      if (wanted === 1) throw error;
      notes.push(`one thread, since ${reason(error)}`);
      return registerSimdKernels({ memory, reproducible });
    });
  } catch (error) {
    notes.push(`JavaScript kernels on one thread, since ${reason(error)}`);
    return undefined;
  }
}

async function describeDevice(kernels: SimdKernels | undefined): Promise<string> {
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'SIMD' : 'no SIMD';
  const threads = kernels?.threads ?? 1;
  return `CPU, WebAssembly, ${kernels?.relaxed ? 'relaxed SIMD' : simd}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
