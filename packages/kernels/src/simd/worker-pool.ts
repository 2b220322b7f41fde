import type { KernelExport } from './kernel-export.ts';
import { openWorker, type PoolWorker } from './pool-worker.ts';
import { argumentSlots, callPart, control, headerSlots, partBits, partMask, workerSource } from './worker-source.ts';

/** What a pool is made of. */
export interface PoolOptions {
  /** The C module; every worker makes an instance of its own. */
  module: WebAssembly.Module;
  /** The shared heap. */
  memory: WebAssembly.Memory;
  /** The caller's own instance; its functions by name. */
  exports: Readonly<Record<string, KernelExport>>;
  /** Threads, the caller included: 2 or more. */
  threads: number;
  /** Receives one line when a worker is lost. */
  onNote?: (line: string) => void;
  /** Milliseconds without progress after which a worker counts as dead. @defaultValue 30 000 */
  patience?: number;
}

const advice = 'From now on wasm computes on one thread.';

/**
 * Threads that run parts of one call at a time while the caller does parts, too.
 *
 * A call is cut into parts, which the threads draw from a counter in shared memory. So a worker that is late, or that has
 * been killed between two calls, costs nothing but its share: the caller draws what nobody else does. A part that a worker
 * has drawn is waited for, by spinning, since the main thread of a page must not sleep. A worker that traps says so in
 * shared memory; one that is killed while it computes cannot, and is given up after a while without progress.
 */
export class WorkerPool {
  readonly #state = new Int32Array(new SharedArrayBuffer(4 * control.length));
  readonly #job = new Float64Array(new SharedArrayBuffer(8 * (headerSlots + argumentSlots)));
  readonly #functions: readonly KernelExport[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #patience: number;
  readonly #workers = new Set<PoolWorker>();
  #generation = 0;

  private constructor(exports: PoolOptions['exports'], patience: number) {
    const names = Object.keys(exports).sort();
    this.#functions = names.map((name) => exports[name]);
    this.#index = new Map(names.map((name, i) => [name, i]));
    this.#patience = patience;
  }

  /** Starts the workers; rejects when one of them cannot be started. */
  static async start({
    module,
    memory,
    exports,
    threads,
    onNote,
    patience = 30_000,
  }: PoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(exports, patience);
    const data = { module, memory, state: pool.#state.buffer, job: pool.#job.buffer };
    const lost = (worker: PoolWorker, why: string) => {
      if (!pool.#workers.delete(worker)) return;
      onNote?.(`wasm: a thread ended (${why}); ${pool.threads} left`);
    };
    try {
      const opened = await Promise.all(Array.from({ length: threads - 1 }, () => openWorker(workerSource, data, lost)));
      opened.forEach((worker) => pool.#workers.add(worker));
    } catch (error) {
      pool.close();
      throw error;
    }
    return pool;
  }

  /** Threads at work, the caller included. */
  get threads(): number {
    return this.#workers.size + 1;
  }

  /**
   * Runs a function over all units and returns when all are done.
   *
   * @throws Error when a thread failed; the results of this call are unusable, later calls run on one thread.
   */
  run(name: string, args: readonly number[], { units, parts }: { units: number; parts: number }): void {
    const index = this.#index.get(name);
    if (index === undefined) throw new Error(`WorkerPool: the module has no function "${name}".`);
    this.#publish(index, args, units, parts);
    const thrown = this.#work();
    const failure = this.#await(parts);
    if (failure === undefined) return;
    // Memory may be half written and a worker half dead: none of them is used again.
    this.close();
    const why = thrown ? thrown.message : failure;
    throw new Error(`wasm: the kernel "${name}" failed: ${why}. ${advice}`, { cause: thrown });
  }

  /** Ends the workers; `run` then does everything itself. */
  close(): void {
    Atomics.store(this.#state, control.stop, 1);
    Atomics.notify(this.#state, control.work);
    const workers = [...this.#workers];
    this.#workers.clear();
    for (const worker of workers) worker.terminate();
  }

  /** The counter holds the generation, too, so that no thread takes a part of one call for one of another. */
  #publish(index: number, args: readonly number[], units: number, parts: number): void {
    this.#job.set([index, units, parts, args.length, ...args]);
    Atomics.store(this.#state, control.done, 0);
    Atomics.store(this.#state, control.failed, 0);
    this.#generation = (this.#generation + 1) & (0x7fff_ffff >> partBits);
    Atomics.store(this.#state, control.work, (this.#generation << partBits) | parts);
    Atomics.notify(this.#state, control.work);
  }

  /** The next part that nobody has drawn, or −1. */
  #draw(): number {
    for (;;) {
      const seen = Atomics.load(this.#state, control.work);
      if ((seen & partMask) === 0) return -1;
      if (Atomics.compareExchange(this.#state, control.work, seen, seen - 1) === seen) return (seen & partMask) - 1;
    }
  }

  /** Draws parts until there are no more; returns what a part threw. */
  #work(): Error | undefined {
    try {
      for (let part = this.#draw(); part >= 0; part = this.#draw()) {
        callPart(this.#functions, this.#job, part);
        Atomics.add(this.#state, control.done, 1);
      }
      return undefined;
    } catch (error) {
      Atomics.add(this.#state, control.failed, 1);
      return error as Error;
    }
  }

  /** Waits until nobody is at work any more; says why the call failed, if it did. */
  #await(parts: number): string | undefined {
    let drawn = parts;
    let progress = -1;
    let since = 0;
    for (let spins = 0; ; spins++) {
      const failed = Atomics.load(this.#state, control.failed);
      const ended = Atomics.load(this.#state, control.done) + failed;
      if (failed > 0 && drawn === parts) drawn -= this.#withdraw();
      if (ended >= drawn) return failed > 0 ? 'a thread trapped' : undefined;
      if ((spins & 0xfff) !== 0) continue;
      const now = performance.now();
      if (ended !== progress) [progress, since] = [ended, now];
      else if (now - since > this.#patience) return `a thread made no progress for ${this.#patience / 1000} s`;
    }
  }

  /** Takes back the parts that nobody has drawn; returns how many. */
  #withdraw(): number {
    return Atomics.exchange(this.#state, control.work, this.#generation << partBits) & partMask;
  }
}
