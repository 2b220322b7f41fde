import { JobSampler, type SampleBatch, type SampleJob } from '@diffgan/runs';
import { batchesOf, sampleInWorkers, type WorkersOptions } from './sample-in-workers.ts';

/** The batches of a job in order, drawn here or by several processes; which, makes no difference. */
export async function* sampleBatches(job: SampleJob, options: WorkersOptions): AsyncGenerator<SampleBatch, void> {
  const [from, to] = batchesOf(job, options);
  if (options.workers > 1 && to - from > 1) return yield* sampleInWorkers(job, options);
  const { signal, onProgress } = options;
  let done = 0;
  const onStep = (fraction: number) => onProgress?.(Math.min(job.count, Math.floor(job.batch * (done + fraction))));
  const sampler = await JobSampler.open(job, { signal, onStep });
  try {
    for (; from + done < to; done++) {
      signal.throwIfAborted();
      yield await sampler.batch(from + done);
    }
  } finally {
    sampler.close();
  }
}
