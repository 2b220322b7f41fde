import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelExport } from './kernel-export.ts';
import type { WasmBackend } from './wasm-backend.ts';
import type { WorkerPool } from './worker-pool.ts';

/** How much work a call is and into how many units it can be cut. */
export interface Work {
  /** Units of the C function; threads share them. */
  units: number;
  /** Rough number of multiplications or of numbers touched. */
  cost: number;
}

/** Largest number of channels; a pixel outside an image is this many zeros. */
export const maxChannels = 16_384;

// Below this cost a part takes less time than waking a thread.
const costOfPart = 40_000;
// More parts than threads even out what the threads are disturbed by.
const partsPerThread = 4;

/** The C module at work in the heap of one backend. */
export class KernelModule {
  /** Address of `maxChannels` zeros. */
  readonly zeros: number;
  readonly #exports: Readonly<Record<string, KernelExport>>;
  readonly #pool: WorkerPool | undefined;

  /**
   * @param backend whose heap the module imported.
   * @param exports functions of the C module.
   * @param relaxed whether they round as the machine's fused multiply-add does.
   * @param pool other threads with the same module and heap.
   */
  constructor(
    readonly backend: WasmBackend,
    exports: Readonly<Record<string, KernelExport>>,
    readonly relaxed: boolean,
    pool?: WorkerPool,
  ) {
    this.#exports = exports;
    this.#pool = pool;
    this.zeros = this.#allocate(maxChannels);
    backend.wasm.HEAPU8.fill(0, this.zeros, this.zeros + 4 * maxChannels);
  }

  /** Threads that share the work, this one included. */
  get threads(): number {
    return this.#pool?.threads ?? 1;
  }

  /** Address of a tensor's numbers; nothing moves it while the tensor lives. */
  address({ dataId }: TensorInfo): number {
    return this.backend.dataIdMap.get(dataId).memoryOffset;
  }

  /** A new float tensor with arbitrary contents. */
  output(shape: number[]): TensorInfo {
    return this.backend.makeOutput(shape, 'float32');
  }

  /** Runs a function over all its units, on several threads where that pays. */
  run(name: string, args: number[], { units, cost }: Work): void {
    const threads = this.threads;
    const parts = threads > 1 ? Math.min(units, threads * partsPerThread, Math.floor(cost / costOfPart)) : 1;
    if (parts > 1 && this.#pool) this.#pool.run(name, args, { units, parts });
    else this.#exports[name](...args, 0, units);
  }

  /** Lends `count` floats of scratch space. */
  withScratch<T>(count: number, use: (address: number) => T): T {
    const address = this.#allocate(count);
    try {
      return use(address);
    } finally {
      this.backend.wasm._free(address);
    }
  }

  /** Ends the threads and frees the module's own memory; the backend stays. */
  close(): void {
    this.#pool?.close();
    this.backend.wasm._free(this.zeros);
  }

  #allocate(count: number): number {
    const address = this.backend.wasm._malloc(4 * count) >>> 0; // signed above 2 GB
    if (address === 0) throw new Error(`The heap of the wasm backend is full: no room for ${4 * count} bytes.`);
    return address;
  }
}
