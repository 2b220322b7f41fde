import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../backend-error.ts';
import { isMissingPackage, reason } from '../platform.ts';
import { registerWasmKernels } from '../wasm/register-wasm-kernels.ts';
import { activate } from './activate.ts';
import type { BackendLoader } from './backend-loader.ts';

/** WebAssembly with the kernels that training needs. */
export const loadWasm: BackendLoader = async () => {
  if (typeof WebAssembly !== 'object')
    throw new BackendError('wasm', 'this JavaScript engine has no WebAssembly', 'Use "cpu"');
  const wasm = await import('@tensorflow/tfjs-backend-wasm').catch((error: unknown) => {
    const missing = isMissingPackage(error, '@tensorflow/tfjs-backend-wasm');
    throw new BackendError(
      'wasm',
      missing ? 'the package @tensorflow/tfjs-backend-wasm is not installed' : reason(error),
      'Run `npm install @tensorflow/tfjs-backend-wasm@4.22.0`',
      { cause: error },
    );
  });
  await activate('wasm');
  registerWasmKernels();
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'SIMD' : 'no SIMD';
  const threads = wasm.getThreadsCount();
  return {
    version: `tfjs-backend-wasm ${wasm.version_wasm}`,
    device: `CPU, WebAssembly, ${simd}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
  };
};
