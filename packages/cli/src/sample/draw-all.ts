import * as tf from '@tensorflow/tfjs-core';
import { drawSamples, type DrawOptions } from './draw-samples.ts';
import type { Drawable } from './drawable.ts';

/** Samples and how long they took. */
export interface Drawing {
  /** `[count, …]`; the caller disposes it. */
  samples: tf.Tensor;
  /** Median seconds of a batch, the first one (which compiles and allocates) left out if there are more. */
  secondsPerBatch: number;
}

/** Draws samples as {@link drawSamples} does, into one tensor, and measures how long it takes. */
export async function drawAll(
  drawable: Drawable,
  { onProgress, ...how }: DrawOptions & { onProgress?: (done: number) => void },
): Promise<Drawing> {
  const parts: tf.Tensor[] = [];
  const seconds: number[] = [];
  try {
    let began = performance.now();
    for await (const part of drawSamples(drawable, how)) {
      parts.push(part);
      const now = performance.now();
      seconds.push((now - began) / 1000);
      began = now;
      onProgress?.(Math.min(how.count, seconds.length * how.batch));
    }
    const timed = seconds.slice(seconds.length > 1 ? 1 : 0).sort((a, b) => a - b);
    return { samples: tf.concat(parts, 0), secondsPerBatch: timed[Math.floor(timed.length / 2)] };
  } finally {
    tf.dispose(parts);
  }
}
