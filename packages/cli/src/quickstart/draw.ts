import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { foldIn, type Key } from '@diffgan/ops';
import { compile, type Compiled } from '@diffgan/runtime';
import { ddganSampler, run } from '@diffgan/samplers';
import type { NoiseSchedule } from '@diffgan/schedule';

/** Options of {@link draw}. */
export interface DrawOptions {
  count: number;
  key: Key;
  /** Images per network call; `count` is rounded up to a multiple. */
  batch: number;
  signal?: AbortSignal;
  onProgress?: (done: number) => void;
}

/** Images and how long they took. */
export interface Drawing {
  /** `[count, H, W, C]` in [−1, 1]; the caller disposes it. */
  images: tf.Tensor4D;
  /** Median seconds of a batch, the first one (which compiles and allocates) left out if there are more. */
  secondsPerBatch: number;
}

/** Batches that repay making one graph of all network calls. */
const worthCompiling = 5;

/** Draws images from a DDGAN generator, batch i from `foldIn(key, i)`; the last batch is cut to `count`. The consumer disposes them. */
export async function* drawBatches(
  generator: LayersModel,
  schedule: NoiseSchedule,
  { count, key, batch, signal }: Omit<DrawOptions, 'onProgress'>,
): AsyncGenerator<tf.Tensor4D, void> {
  const shape = [batch, ...(generator.inputs[0].shape.slice(1) as number[])];
  const graphs: Compiled<tf.Tensor[], tf.Tensor>[] = [];
  const asGraph = (chain: (...inputs: tf.Tensor[]) => tf.Tensor) => {
    graphs.push(compile(chain));
    return graphs[graphs.length - 1];
  };
  const how = { shape, signal, ...(count > worthCompiling * batch && { compile: asGraph }) };
  try {
    for (let i = 0; i * batch < count; i++) {
      const drawn = (await run(ddganSampler(generator, schedule, { ...how, key: foldIn(key, i) }))) as tf.Tensor4D;
      await drawn.data(); // the work is done when the numbers are there
      const wanted = Math.min(batch, count - i * batch);
      yield wanted === batch ? drawn : firstOf(drawn, wanted);
    }
  } finally {
    graphs.forEach((graph) => graph.dispose());
  }
}

function firstOf(images: tf.Tensor4D, count: number): tf.Tensor4D {
  const first = tf.slice(images, 0, count);
  images.dispose();
  return first;
}

/** Draws images as {@link drawBatches} does, into one tensor, and measures how long it takes. */
export async function draw(generator: LayersModel, schedule: NoiseSchedule, options: DrawOptions): Promise<Drawing> {
  const { onProgress, ...how } = options;
  const parts: tf.Tensor4D[] = [];
  const seconds: number[] = [];
  try {
    let began = performance.now();
    for await (const part of drawBatches(generator, schedule, how)) {
      parts.push(part);
      const now = performance.now();
      seconds.push((now - began) / 1000);
      began = now;
      onProgress?.(Math.min(how.count, seconds.length * how.batch));
    }
    const timed = seconds.slice(seconds.length > 1 ? 1 : 0).sort((a, b) => a - b);
    return { images: tf.concat(parts, 0), secondsPerBatch: timed[Math.floor(timed.length / 2)] };
  } finally {
    tf.dispose(parts);
  }
}
