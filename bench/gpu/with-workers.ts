import { startWorker } from '../measure.ts';
import type { WorkerProcess } from '../worker-process.ts';
import { gpuColumn, type Place } from './gpu-columns.ts';

/** A worker that has loaded its backend, and what it says of it. */
export interface Started {
  id: string;
  worker: WorkerProcess;
  version: string;
}

/** Starts the columns' workers, gives them to `use`, and ends them after it or when `signal` aborts. */
export async function withWorkers(
  ids: readonly string[],
  { place, signal }: { place: Place; signal: AbortSignal },
  use: (workers: Started[]) => Promise<void>,
): Promise<void> {
  const started: Started[] = [];
  const end = () => Promise.all(started.map(({ worker }) => worker.stop()));
  const onAbort = () => void end();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (const id of ids) started.push({ id, ...(await startWorker(gpuColumn(id, place))) });
    signal.throwIfAborted();
    await use(started);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await end();
  }
}
