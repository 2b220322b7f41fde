import type { WasmPaths } from './wasm-binary.ts';

/** What a loader found out about the backend that it made the current one. */
export interface LoadedBackend {
  /** Engine and version, such as "TensorFlow 2.21.0, tfjs-node 4.22.0". */
  version: string;
  /** Where it computes, such as "CPU" or the name of the graphics adapter. */
  device: string;
  /** What is slower than asked for, and why. */
  note?: string;
}

/** Options that reach every loader. */
export interface LoadOptions {
  /** Whether an adapter that computes on the CPU counts as WebGPU. */
  allowSoftware: boolean;
  /** Threads of WASM. @defaultValue 1 */
  threads?: number;
  /** Whether WASM must give the same bits on every machine. */
  reproducible?: boolean;
  /** Where the binaries of WASM lie. */
  wasmPaths?: WasmPaths;
  /** Receives a line about what happens later on. */
  onNote?: (line: string) => void;
}

/** Imports, registers and activates a backend, or throws a BackendError. */
export type BackendLoader = (options: LoadOptions) => Promise<LoadedBackend>;
