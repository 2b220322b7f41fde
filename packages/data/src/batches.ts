import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Key } from '@diffgan/ops';
import { batchesPerEpoch, batchIndices } from './batch-indices.ts';
import type { ImageDataset } from './image-dataset.ts';
import type { PointDataset } from './point-dataset.ts';
import { takeImages } from './take-images.ts';
import { takePoints } from './take-points.ts';

/** Options of {@link batches}. */
export interface BatchesOptions {
  /** Examples per batch, 1…count. */
  batch: number;
  /** Decides the order of every epoch. */
  key: Key;
  /** How often to go through the data; `Infinity` is allowed. @defaultValue 1 */
  epochs?: number;
}

/** What all batches of {@link batches} have. */
interface Batch {
  /** One class number per example, if the data set has labels. */
  readonly labels?: Uint8Array;
  /** Number of the epoch, from 0. */
  readonly epoch: number;
  /** Number of the batch within its epoch, from 0. */
  readonly index: number;
}

/** One batch of images. */
export interface ImageBatch extends Batch {
  /** `[batch, H, W, C]` float32 in [−1, 1]; the consumer disposes it. */
  readonly images: Tensor4D;
}

/** One batch of points. */
export interface PointBatch extends Batch {
  /** `[batch, dimensions]` float32; the consumer disposes it. */
  readonly points: Tensor2D;
}

/**
 * Goes through a data set in shuffled batches of one constant shape; a last incomplete batch is dropped.
 *
 * @param dataset where the images or points come from
 * @yields batches in the order of `batchIndices`; the consumer disposes their `images` or `points`
 * @throws RangeError when `batch` or `epochs` is out of range
 * @example
 * ```ts
 * for (const { images, labels } of batches(await fashionMnist(), { batch: 64, key: key(0) })) {
 *   // …
 *   images.dispose();
 * }
 * ```
 */
export function batches(dataset: ImageDataset, options: BatchesOptions): Generator<ImageBatch, void>;
export function batches(dataset: PointDataset, options: BatchesOptions): Generator<PointBatch, void>;
export function* batches(
  dataset: ImageDataset | PointDataset,
  { batch, key, epochs = 1 }: BatchesOptions,
): Generator<ImageBatch | PointBatch, void> {
  const perEpoch = batchesPerEpoch(dataset, batch);
  if (!(epochs === Infinity || Number.isSafeInteger(epochs)) || epochs < 1)
    throw new RangeError(`batches: epochs is ${epochs}; it must be an integer ≥ 1, or Infinity.`);
  const { labels } = dataset;
  for (let step = 0; step < perEpoch * epochs; step++) {
    const indices = batchIndices(dataset, step, { batch, key });
    yield {
      ...('points' in dataset ? { points: takePoints(dataset, indices) } : { images: takeImages(dataset, indices) }),
      ...(labels && { labels: Uint8Array.from(indices, (i) => labels[i]) }),
      epoch: Math.floor(step / perEpoch),
      index: step % perEpoch,
    };
  }
}
