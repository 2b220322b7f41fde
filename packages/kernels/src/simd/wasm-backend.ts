import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';

/** The parts of the backend object of tfjs-backend-wasm 4.22 that the kernels rely on. */
export interface WasmBackend {
  readonly wasm: {
    _malloc(bytes: number): number;
    _free(address: number): void;
    readonly HEAPU8: Uint8Array;
    /** Exports of the backend's own module; it exports its memory unless it runs on threads. */
    readonly asm?: { readonly memory?: WebAssembly.Memory };
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
}

/** Whether a backend has those parts, as far as that can be seen without running it. */
export function isWasmBackend(backend: object): backend is WasmBackend {
  const { wasm, dataIdMap, makeOutput } = backend as Partial<WasmBackend>;
  return (
    typeof makeOutput === 'function' &&
    typeof dataIdMap?.get === 'function' &&
    typeof wasm?._malloc === 'function' &&
    typeof wasm._free === 'function'
  );
}
