import type * as wasmPackage from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { registerSimdKernels, registerWasmKernels, type SimdKernels } from '@diffgan/kernels';
import { BackendError } from '../backend-error.ts';
import { isNode, reason } from '../platform.ts';
import { activate } from './activate.ts';
import type { BackendLoader, LoadOptions } from './backend-loader.ts';
import { givingBinary } from './give-binary.ts';
import { importBackendPackage, supportedVersion } from './import-backend-package.ts';
import {
  endBackend,
  sharedMemoryOf,
  startedBackend,
  startOnOwnHeap,
  startOnSharedHeap,
  whyNoSharedHeap,
} from './shared-heap.ts';
import { wasmBinary } from './wasm-binary.ts';

/** WebAssembly with the kernels that training needs: those in SIMD where possible, those in JavaScript everywhere. */
export const loadWasm: BackendLoader = async (options) => {
  if (typeof WebAssembly !== 'object')
    throw new BackendError('wasm', 'this JavaScript engine has no WebAssembly', 'Use "cpu"');
  await assertAllowed();
  const wasm = await importBackendPackage('wasm', () => import('@tensorflow/tfjs-backend-wasm'));
  const notes: string[] = [];
  let simd: SimdKernels | undefined;
  if (wasm.version_wasm === supportedVersion) {
    const whyOneThread = await startForThreads(wasm, options);
    if (whyOneThread) notes.push(`one thread, since ${whyOneThread}`);
    registerWasmKernels();
    simd = await attachSimdKernels(options, notes);
  } else {
    await startOnOwnHeap(() => start(wasm, options, false));
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

type WasmPackage = Pick<typeof wasmPackage, 'setThreadsCount' | 'version_wasm'>;

/** The shortest module there is. */
const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Without this look the backend would wait forever for what the page does not allow. */
async function assertAllowed(): Promise<void> {
  try {
    await WebAssembly.compile(emptyModule);
  } catch (cause) {
    throw new BackendError(
      'wasm',
      `this page does not allow WebAssembly (${reason(cause)})`,
      'Add \'wasm-unsafe-eval\' to script-src of its Content-Security-Policy, or use "webgpu" or "cpu"',
      { cause },
    );
  }
}

/** Starts the backend; in pages, where it would look for its files beside the page, they are given to it. */
async function start({ version_wasm: version }: WasmPackage, { wasmPaths: paths }: LoadOptions, shared: boolean) {
  if (isNode() || startedBackend()) return activate('wasm');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const build = shared ? '-threaded-simd' : simd ? '-simd' : '';
  const bytes = await wasmBinary(`tfjs-backend-wasm${build}.wasm`, { version, paths });
  return givingBinary(bytes, () => activate('wasm'));
}

/** Starts the backend, on a heap for several threads if they are asked for; returns why that was not possible. */
async function startForThreads(wasm: WasmPackage, options: LoadOptions): Promise<string | undefined> {
  const { threads = 1 } = options;
  const alone = () => start(wasm, options, false);
  const running = startedBackend();
  if (threads === 1 || (running && sharedMemoryOf(running))) {
    await startOnOwnHeap(alone);
    return undefined;
  }
  const obstacle = whyNoSharedHeap() ?? (endBackend() ? undefined : 'the backend was started before and holds tensors');
  if (!obstacle) {
    try {
      await startOnSharedHeap(wasm, () => start(wasm, options, true));
      return undefined;
    } catch (error) {
      await startOnOwnHeap(alone);
      return error instanceof BackendError ? error.why : reason(error);
    }
  }
  await startOnOwnHeap(alone);
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
