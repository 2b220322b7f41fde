import type { Tensor } from '@tensorflow/tfjs-core';
import type { Pipeline, SampleOptions } from '@diffgan/hub';
import { run } from '@diffgan/samplers';

/** Samples and how long they took. */
export interface TimedSamples {
  /** `[count, …]`; the caller disposes it. */
  samples: Tensor;
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
export async function timedSamples(
  pipeline: Pipeline,
  { onProgress, ...options }: SampleOptions & { onProgress?: (done: number) => void },
): Promise<TimedSamples> {
  const seconds: number[] = [];
  const samples = await run(pipeline.sample({ streams: 'batch', ...options }), (event) => {
    if (event.type !== 'batch') return;
    seconds.push(event.seconds);
    onProgress?.(event.done);
  });
  const timed = seconds.slice(seconds.length > 1 ? 1 : 0).sort((a, b) => a - b);
  return { samples, secondsPerBatch: timed[Math.floor(timed.length / 2)] };
}
