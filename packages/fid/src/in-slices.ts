import { nextTask } from '@diffgan/ops';

/** Options of computations that take seconds. */
export interface ProgressOptions {
  /** Aborts within some tens of milliseconds. */
  signal?: AbortSignal;
  /** Is told the fraction done, from above 0 to 1, now and then. */
  onProgress?: (fraction: number) => void;
}

const sliceMs = 30;

/** Runs a generator that yields the fraction done, and lets other tasks of the event loop have a turn now and then. */
export async function inSlices<T>(work: Generator<number, T>, { signal, onProgress }: ProgressOptions): Promise<T> {
  signal?.throwIfAborted();
  let sliceBegin = performance.now();
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) {
      onProgress?.(1);
      return step.value;
    }
    if (performance.now() - sliceBegin < sliceMs) continue;
    onProgress?.(step.value);
    await nextTask();
    signal?.throwIfAborted();
    sliceBegin = performance.now();
  }
}
