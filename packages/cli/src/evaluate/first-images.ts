import * as tf from '@tensorflow/tfjs-core';

/** Copies of the first images, for pictures. */
export class FirstImages {
  #parts: tf.Tensor4D[] = [];
  #count = 0;

  constructor(readonly wanted: number) {}

  /** Keeps what is still wanted of a batch, which stays the caller's. */
  add(batch: tf.Tensor4D): void {
    const missing = Math.min(this.wanted - this.#count, batch.shape[0]);
    if (missing > 0) this.#parts.push(tf.slice(batch, [0, 0, 0, 0], [missing, -1, -1, -1]));
    this.#count += Math.max(0, missing);
  }

  /** Whether nothing was kept. */
  get empty(): boolean {
    return this.#count === 0;
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
