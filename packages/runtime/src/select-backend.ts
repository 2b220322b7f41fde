import { backendStarts } from '@diffgan/ops';
import { BackendError } from './backend-error.ts';
import { type BackendInfo, rememberBackend } from './backend-info.ts';
import { type BackendName, backendNames, parseBackendName } from './backend-names.ts';
import { loaders } from './backends/loaders.ts';
import type { WasmPaths } from './backends/wasm-binary.ts';

/** Options of `selectBackend`. */
export interface SelectBackendOptions {
  /**
   * Whether a WebGPU adapter that computes on the CPU is acceptable. Such adapters are correct and slow, which suits
   * tests.
   *
   * @defaultValue false
   */
  allowSoftware?: boolean;
  /**
   * Threads of the `wasm` backend, this one included. More than one works in Node and in cross-origin isolated pages, when
   * the backend is selected before it holds tensors; elsewhere one thread works, and the description says why. Results do
   * not depend on the number of threads.
   *
   * @defaultValue 1
   */
  threads?: number;
  /**
   * Whether the `wasm` backend must give the same bits on every machine: it does without fused multiply-add, whose rounding
   * differs, and is up to a third slower.
   *
   * @defaultValue false
   */
  reproducible?: boolean;
  /**
   * Where a page or worker finds the binaries of tfjs-backend-wasm: the address of the folder that holds them, or the addresses of those
   * that are needed. Node reads them from the package.
   *
   * @defaultValue those of this package, which bundlers bundle as code
   */
  wasmPaths?: WasmPaths;
  /** Receives the one line that says what was chosen and why others were passed over, and one if a thread is lost later. */
  onNote?: (line: string) => void;
}

/**
 * Imports a TensorFlow.js backend and makes it the current one: the one that was asked for, or the first that works of
 * `tensorflow`, `webgpu`, `wasm`, `cpu`. With `wasm` the kernels that training needs are registered, too: those in SIMD for the
 * version of tfjs-backend-wasm they are made for, JavaScript ones otherwise. A selection waits for one before it, and can be repeated
 * after it failed.
 *
 * @param preference The backend to use. A backend that was asked for is never replaced by another one.
 * @returns What was chosen, on which device, and why others were passed over.
 * @throws RangeError when `preference` is no backend or `threads` no whole number of at least 1; BackendError when the one asked for, or every one, cannot be used.
 * @example
 * ```ts
 * import { selectBackend } from '@diffgan/runtime';
 * const { name, description } = await selectBackend('wasm');
 * name; // 'wasm'
 * description; // 'wasm on CPU, WebAssembly, relaxed SIMD, 1 thread (tfjs-backend-wasm 4.22.0)'
 * ```
 */
export function selectBackend(
  preference?: BackendName | (string & {}),
  options: SelectBackendOptions = {},
): Promise<BackendInfo> {
  const selected = selecting.then(() => select(preference, options));
  selecting = selected.catch(() => undefined);
  return backendStarts(selected);
}

/** One after the other: two starts at once would mix up whose backend it is. */
let selecting: Promise<unknown> = Promise.resolve();

async function select(preference: string | undefined, options: SelectBackendOptions): Promise<BackendInfo> {
  const { allowSoftware = false, threads = 1, reproducible = false, wasmPaths, onNote } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`selectBackend: threads is ${threads}, but must be a whole number of at least 1`);
  const settings = { allowSoftware, threads, reproducible, wasmPaths, onNote };
  const names = preference === undefined ? backendNames : [parseBackendName(preference)];
  const tried: { name: BackendName; why: string }[] = [];
  for (const name of names) {
    try {
      const info = rememberBackend({ name, ...(await loaders[name](settings)), tried });
      onNote?.(info.description);
      return info;
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      if (names.length === 1) throw error;
      tried.push({ name, why: error.why });
    }
  }
  const why = tried.map(({ name, why }) => `${name}: ${why}`).join('; ');
  throw new BackendError('cpu', `no backend works here (${why})`, 'Install the package of one of them');
}
