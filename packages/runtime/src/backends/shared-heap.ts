import * as tf from '@tensorflow/tfjs-core';
import { isNode } from '../platform.ts';

const multithreaded = 'WASM_HAS_MULTITHREAD_SUPPORT';

const memories = /* @__PURE__ */ new WeakMap<object, WebAssembly.Memory>();

/** The backend in use under the name `wasm`, if it has been started. */
export const startedBackend = (): tf.KernelBackend | undefined =>
  (tf.engine().registry as Record<string, tf.KernelBackend | undefined>).wasm;

/** The shared memory of a backend that {@link startOnSharedHeap} started. */
export const sharedMemoryOf = (backend: object): WebAssembly.Memory | undefined => memories.get(backend);

/** Why no heap can be shared with threads here; undefined when one can. */
export function whyNoSharedHeap(): string | undefined {
  if (typeof SharedArrayBuffer === 'function') return undefined;
  return (
    'this page is not cross-origin isolated (serve it with the headers Cross-Origin-Opener-Policy: same-origin and ' +
    'Cross-Origin-Embedder-Policy: require-corp)'
  );
}

/** Starts the backend with a heap of its own, which its module exports. */
export async function startOnOwnHeap(activate: () => Promise<void>): Promise<void> {
  await withFlag(false, activate);
}

/**
 * Starts the backend on a heap that threads can share.
 *
 * The backend has a binary for that, but keeps the memory to itself, brings eight threads that would only serve what our
 * kernels replace, and refuses to do so in Node, where these threads cannot load their source. So they are replaced by
 * stand-ins while it starts: each gets the memory with its first message, says that it is ready, and is never used, since
 * the backend's own kernels are told to use one thread.
 */
export async function startOnSharedHeap(
  wasm: { setThreadsCount(count: number): void },
  activate: () => Promise<void>,
): Promise<WebAssembly.Memory> {
  let memory: WebAssembly.Memory | undefined;
  wasm.setThreadsCount(1);
  await withFlag(true, () => withStandIns((received) => (memory = received), activate));
  const backend = startedBackend();
  if (!memory || !backend) throw new Error('the backend did not start its threads as expected');
  memories.set(backend, memory);
  return memory;
}

/** Ends the backend so that it can be started otherwise; false when it holds tensors, which would be lost. */
export function endBackend(): boolean {
  const backend = startedBackend();
  if (!backend) return true;
  if (backend.numDataIds() > 0) return false;
  const { factory, priority } = tf.engine().registryFactory.wasm;
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory, priority);
  return true;
}

async function withFlag(value: boolean, work: () => Promise<void>): Promise<void> {
  const before = await tf.env().getAsync(multithreaded);
  tf.env().set(multithreaded, value);
  try {
    await work();
  } finally {
    tf.env().set(multithreaded, before);
  }
}

/** Where the backend finds the constructor of workers. */
interface WorkerHolder {
  Worker?: new (source: unknown, ...options: unknown[]) => object;
}

async function withStandIns(onMemory: (memory: WebAssembly.Memory) => void, work: () => Promise<void>): Promise<void> {
  const world = globalThis as WorkerHolder;
  const holder = isNode() ? nodeThreads() : world;
  const original = holder.Worker;
  const global = Object.getOwnPropertyDescriptor(world, 'Worker');
  if (!original) throw new Error('there are no workers here');
  holder.Worker = new Proxy(original, {
    construct: (target, [source, ...options]: unknown[]) =>
      String(source).startsWith('blob:') ? new StandIn(onMemory) : Reflect.construct(target, [source, ...options]),
  });
  try {
    await work();
  } finally {
    holder.Worker = original;
    // In Node the backend makes the constructor global; nobody else expects it there.
    if (global) Object.defineProperty(world, 'Worker', global);
    else delete world.Worker;
  }
}

/** The object that `require` returns, which is what the backend reads. */
const nodeThreads = () => process.getBuiltinModule('node:worker_threads') as WorkerHolder;

/** Takes the place of one of the backend's threads: reports that it is ready and does nothing. */
class StandIn {
  onmessage?: (event: { data: { cmd: string } }) => void;
  readonly #onMemory: (memory: WebAssembly.Memory) => void;

  constructor(onMemory: (memory: WebAssembly.Memory) => void) {
    this.#onMemory = onMemory;
  }

  postMessage({ cmd, wasmMemory }: { cmd?: string; wasmMemory?: WebAssembly.Memory }): void {
    if (cmd !== 'load' || !wasmMemory) return;
    this.#onMemory(wasmMemory);
    queueMicrotask(() => this.onmessage?.({ data: { cmd: 'loaded' } }));
  }

  on(): void {}
  unref(): void {}
  terminate(): void {}
}
