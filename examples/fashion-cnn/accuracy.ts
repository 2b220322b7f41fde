import * as tf from '@tensorflow/tfjs-core';
import { type ImageDataset, takeImages } from '@diffgan/data';

/** Share of images whose highest score is that of their label. */
export async function accuracy(
  logits: (images: tf.Tensor4D) => tf.Tensor2D,
  dataset: ImageDataset,
  batch = 500,
): Promise<number> {
  let right = 0;
  for (let start = 0; start < dataset.count; start += batch) {
    const indices = Array.from({ length: Math.min(batch, dataset.count - start) }, (_, i) => start + i);
    const guess = tf.tidy(() => tf.argMax(logits(takeImages(dataset, indices)), 1));
    const classes = await guess.data();
    guess.dispose();
    right += indices.filter((index, i) => dataset.labels?.[index] === classes[i]).length;
  }
  return right / dataset.count;
}
