import { drawInWorkers, type WorkersOptions } from './draw-in-workers.ts';
import { BatchMaker } from '../sample/batch-maker.ts';
import { batchesOf, type DrawJob, type DrawnBatch } from '../sample/draw-job.ts';

/** The batches of a job in order, drawn here or by several processes; which, makes no difference. */
export async function* drawnBatches(job: DrawJob, options: WorkersOptions): AsyncGenerator<DrawnBatch, void> {
  if (options.workers > 1 && batchesOf(job) > 1) return yield* drawInWorkers(job, options);
  const { signal, onProgress } = options;
  let done = 0;
  const onStep = (fraction: number) => onProgress?.(Math.min(job.count, Math.floor(job.batch * (done + fraction))));
  const maker = await BatchMaker.open(job, { signal, onStep });
  try {
    for (; done < batchesOf(job); done++) {
      signal.throwIfAborted();
      yield await maker.make(done);
    }
  } finally {
    maker.close();
  }
}
