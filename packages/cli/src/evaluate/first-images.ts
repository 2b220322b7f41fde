import * as tf from '@tensorflow/tfjs-core';

/** Passes batches on and keeps a copy of the first images for pictures. */
export class FirstImages {
  #parts: tf.Tensor4D[] = [];
  #count = 0;

  constructor(readonly wanted: number) {}

  async *of(batches: AsyncIterable<tf.Tensor4D>): AsyncGenerator<tf.Tensor4D, void> {
    for await (const batch of batches) {
      this.add(batch);
      yield batch;
    }
  }

  /** Keeps what is still wanted of a batch, which stays the caller's. */
  add(batch: tf.Tensor4D): void {
    const missing = Math.min(this.wanted - this.#count, batch.shape[0]);
    if (missing > 0) this.#parts.push(tf.slice(batch, [0, 0, 0, 0], [missing, -1, -1, -1]));
    this.#count += Math.max(0, missing);
  }

  /** The images `[≤ wanted, H, W, C]`; the caller disposes them. */
  take(): tf.Tensor4D {
    return tf.tidy(() => tf.concat(this.#parts, 0));
  }

  /** Frees the copies. */
  dispose(): void {
    tf.dispose(this.#parts);
    this.#parts = [];
  }
}
