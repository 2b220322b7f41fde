import { availableParallelism } from 'node:os';
import { batchCount, type SampleBatch, type SampleJob } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import type { Reply } from './messages.ts';
import { WorkerError, WorkerProcess } from './worker-process.ts';

/** Options of {@link sampleInWorkers}. */
export interface WorkersOptions {
  workers: number;
  backend: string;
  signal: AbortSignal;
  /** Batches to draw, from one up to but not including the other. @defaultValue all */
  batches?: readonly [from: number, to: number];
  /** Called with the number of samples that are drawn, those of unfinished batches counted by their steps. */
  onProgress?: (samples: number) => void;
}

/**
 * The batches of a job, drawn by several processes and handed out in order: the same as one process would draw. A worker that is done
 * gets the next batch, as long as not too many wait for a slower one.
 *
 * @throws WorkerError when a worker dies; UsageError when it cannot do what it was asked for; the signal's reason. The others are stopped
 */
export async function* sampleInWorkers(job: SampleJob, options: WorkersOptions): AsyncGenerator<SampleBatch, void> {
  const pool = new Pool(job, options);
  try {
    const [from, to] = batchesOf(job, options);
    for (let i = from; i < to; i++) yield await pool.batch(i);
  } finally {
    await pool.stop();
  }
}

/** The batches to draw. */
export const batchesOf = (job: SampleJob, { batches }: Pick<WorkersOptions, 'batches'>): readonly [number, number] =>
  batches ?? [0, batchCount(job)];

class Pool {
  readonly #workers: WorkerProcess[];
  readonly #made = new Map<number, SampleBatch>();
  #next: number; // batch to hand out
  #wanted: number; // batch to return
  readonly #range: readonly [from: number, to: number];
  #failure: Error | undefined;
  #wake = () => undefined as void;
  readonly #onAbort = () => this.#wake();

  constructor(
    readonly job: SampleJob,
    readonly options: WorkersOptions,
  ) {
    const { workers, backend, signal } = options;
    const [from, to] = (this.#range = batchesOf(job, options));
    this.#next = this.#wanted = from;
    const count = Math.min(workers, to - from);
    const threads = Math.max(1, Math.floor(availableParallelism() / count));
    signal.addEventListener('abort', this.#onAbort);
    this.#workers = Array.from({ length: count }, (_, i) => {
      const worker: WorkerProcess = new WorkerProcess(`worker ${i + 1} of ${count}`, {
        threads,
        onReply: (reply) => this.#heard(worker, reply),
        onDeath: (error) => this.#failed(error),
      });
      worker.tell({ type: 'open', job, backend, threads });
      return worker;
    });
  }

  async batch(i: number): Promise<SampleBatch> {
    this.#wanted = i;
    for (;;) {
      this.options.signal.throwIfAborted();
      if (this.#failure) throw this.#failure;
      this.#handOut();
      const made = this.#made.get(i);
      if (made) {
        this.#made.delete(i);
        return made;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async stop(): Promise<void> {
    this.options.signal.removeEventListener('abort', this.#onAbort);
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  #handOut(): void {
    const last = Math.min(this.#range[1], this.#wanted + 2 * this.#workers.length);
    for (const worker of this.#workers) {
      if (!worker.idle || this.#next >= last) continue;
      worker.idle = false;
      worker.tell({ type: 'make', batch: this.#next++ });
    }
  }

  #heard(worker: WorkerProcess, reply: Reply): void {
    if (reply.type === 'failed')
      return this.#failed(
        reply.usage ? new UsageError(reply.message) : new WorkerError(`${worker.name}: ${reply.message}`),
      );
    worker.fraction = reply.type === 'step' ? reply.fraction : 0;
    if (reply.type === 'made') this.#made.set(reply.batch, reply.drawn);
    if (reply.type !== 'step') worker.idle = true;
    this.#handOut();
    this.#report();
    this.#wake();
  }

  #failed(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  #report(): void {
    const { count, batch } = this.job;
    const going = this.#workers.reduce((sum, { idle, fraction }) => sum + (idle ? 0 : fraction), 0);
    this.options.onProgress?.(
      Math.min(count, Math.floor(batch * (this.#wanted - this.#range[0] + this.#made.size + going))),
    );
  }
}
