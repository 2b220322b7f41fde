import * as tf from '@tensorflow/tfjs-core';
import type { SamplerStep } from '@diffgan/samplers';
import type { BatchOptions, BatchSampler, SampleRandomness } from './batch-sampler.ts';
import type { SamplingConfig } from './sampling-config.ts';

/** Options of `pipeline.sample`; those of the sampler take the place of what the model says. */
export interface SampleOptions
  extends SampleRandomness, Partial<Omit<SamplingConfig, 'labels'>>, Pick<BatchOptions, 'compiled'> {
  /** How many samples to draw. */
  count: number;
  /** The class of all samples, or classes that they take in turn. @defaultValue all in turn */
  label?: number | readonly number[];
  /** Samples per network call. @defaultValue 100 images or 1000 points, or fewer if `count` is less */
  batch?: number;
  /** Whether steps carry x̂_0. @defaultValue false */
  preview?: boolean;
  /** Ends sampling with the signal's reason before the next step. */
  signal?: AbortSignal;
}

/** What `pipeline.sample` yields: each step of each batch, and each batch when it is done. */
export type SampleEvent<Samples extends tf.Tensor = tf.Tensor> =
  | (SamplerStep<Samples> & {
      /** Number of the batch, from 0. */
      batch: number;
      /** How many batches there are. */
      batches: number;
    })
  | {
      type: 'batch';
      batch: number;
      batches: number;
      /** Samples that are drawn by now. */
      done: number;
      /** Seconds that the batch took. */
      seconds: number;
    };

/** Draws `count` samples batch by batch into one tensor, which the caller disposes. */
export async function* sampleEvents(
  sampler: BatchSampler,
  { count, preview = false }: Pick<SampleOptions, 'count' | 'preview'>,
): AsyncGenerator<SampleEvent, tf.Tensor> {
  const { batch: size } = sampler.options;
  const batches = Math.ceil(count / size);
  const parts: tf.Tensor[] = [];
  try {
    for (let batch = 0; batch < batches; batch++) {
      const began = performance.now();
      const chain = sampler.chain(batch, { preview });
      const samples = yield* mapEvents(chain, (step): SampleEvent => ({ ...step, batch, batches }));
      parts.push(samples);
      await samples.data(); // the work is done when the numbers are there
      const done = Math.min(count, (batch + 1) * size);
      yield { type: 'batch', batch, batches, done, seconds: (performance.now() - began) / 1000 };
    }
    return tf.tidy(() => tf.slice(parts.length === 1 ? parts[0] : tf.concat(parts, 0), 0, count));
  } finally {
    tf.dispose(parts);
  }
}

/** The events of a generator, each as another; its result is passed on. */
async function* mapEvents<From, To, Result>(
  generator: AsyncGenerator<From, Result>,
  change: (event: From) => To,
): AsyncGenerator<To, Result> {
  try {
    let next = await generator.next();
    while (!next.done) {
      yield change(next.value);
      next = await generator.next();
    }
    return next.value;
  } finally {
    await generator.return(undefined as never);
  }
}

const usualBatch = { images: 100, points: 1000 };

/** The options of the batches that a call of `pipeline.sample` draws. */
export function batchOptions(
  { count, label, preview, batch, compiled, ...rest }: SampleOptions,
  { images }: { images: boolean },
): BatchOptions {
  const size = batch ?? Math.min(count, images ? usualBatch.images : usualBatch.points);
  return {
    ...rest,
    ...{ count, batch: size },
    compiled: compiled ?? (preview ? false : undefined),
    labels: typeof label === 'number' ? [label] : label,
  };
}
