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

/** Draws images from a DDGAN generator, batch i from `foldIn(key, i)`. */
export async function draw(generator: LayersModel, schedule: NoiseSchedule, options: DrawOptions): Promise<Drawing> {
  const { count, key, batch, signal, onProgress } = options;
  const shape = [batch, ...(generator.inputs[0].shape.slice(1) as number[])];
  const parts: tf.Tensor4D[] = [];
  const seconds: number[] = [];
  const graphs: Compiled<tf.Tensor[], tf.Tensor>[] = [];
  const asGraph = (chain: (...inputs: tf.Tensor[]) => tf.Tensor) => {
    graphs.push(compile(chain));
    return graphs[graphs.length - 1];
  };
  const how = { shape, signal, ...(count > worthCompiling * batch && { compile: asGraph }) };
  try {
    for (let i = 0; i * batch < count; i++) {
      const began = performance.now();
      const part = await run(ddganSampler(generator, schedule, { ...how, key: foldIn(key, i) }));
      parts.push(part as tf.Tensor4D);
      await part.data(); // the work is done when the numbers are there
      seconds.push((performance.now() - began) / 1000);
      onProgress?.(Math.min(count, (i + 1) * batch));
    }
    const timed = seconds.slice(seconds.length > 1 ? 1 : 0).sort((a, b) => a - b);
    const images = tf.tidy(() => tf.slice(tf.concat(parts, 0), 0, count));
    return { images, secondsPerBatch: timed[Math.floor(timed.length / 2)] };
  } finally {
    tf.dispose(parts);
    graphs.forEach((graph) => graph.dispose());
  }
}
