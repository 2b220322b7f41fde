import type { Tensor } from '@tensorflow/tfjs-core';
import type { Pipeline, SampleOptions } from '@diffgan/hub';
import { run } from '@diffgan/samplers';

/** Samples and how long they took. */
export interface TimedSamples<Samples extends Tensor = Tensor> {
  /** `[count, …]`; the caller disposes it. */
  samples: Samples;
  /** Median seconds of a batch, the first one (which compiles and allocates) left out if there are more. */
  secondsPerBatch: number;
}

/**
 * Draws samples into one tensor, and measures how long it takes.
 *
 * @example
 * ```ts
 * const pipeline = await openPipeline('shipped');
 * const { samples, secondsPerBatch } = await timedSamples(pipeline, { count: 2, batch: 1, key: key(0) });
 * samples.dispose();
 * pipeline.dispose();
 * ```
 */
export async function timedSamples<Samples extends Tensor>(
  pipeline: Pipeline<Samples>,
  { onProgress, ...options }: SampleOptions & { onProgress?: (done: number) => void },
): Promise<TimedSamples<Samples>> {
  const seconds: number[] = [];
  const samples = await run(pipeline.sample({ streams: 'batch', ...options }), (event) => {
    if (event.type !== 'batch') return;
    seconds.push(event.seconds);
    onProgress?.(event.done);
  });
  const timed = seconds.slice(seconds.length > 1 ? 1 : 0).sort((a, b) => a - b);
  return { samples, secondsPerBatch: timed[Math.floor(timed.length / 2)] };
}
