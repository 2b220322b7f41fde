import * as tf from '@tensorflow/tfjs-core';
import { writeAtomically } from '@diffgan/files';
import { samplesPicture } from '@diffgan/runs';
import type { OutputBatch, SampleOutput } from './sample-output.ts';

/** The first samples in one picture: a grid of images, a scatter plot of points. */
export class GridPicture implements SampleOutput {
  readonly #parts: tf.Tensor[] = [];
  #count = 0;

  constructor(
    readonly path: string,
    readonly most: number,
  ) {}

  add({ samples, shape: [count, ...shape] }: OutputBatch): Promise<void> {
    const missing = Math.min(count, this.most - this.#count);
    if (missing > 0)
      this.#parts.push(tf.tensor(samples.slice(0, (missing * samples.length) / count), [missing, ...shape]));
    this.#count += Math.max(0, missing);
    return Promise.resolve();
  }

  async finish(): Promise<void> {
    const all = tf.tidy(() => tf.concat(this.#parts, 0));
    try {
      await writeAtomically(this.path, (await samplesPicture(all)).bytes);
    } finally {
      tf.dispose([all, this.#parts]);
    }
  }

  discard(): Promise<void> {
    tf.dispose(this.#parts);
    return Promise.resolve();
  }
}
