import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type FeatureExtractor, stackedLabels } from '@diffgan/fid';

/** Tells four classes apart by the brightness of the image: −1, −1/3, 1/3, 1. */
const classifier: FeatureExtractor = {
  name: 'brightness',
  layer: 'none',
  dim: 1,
  features: (images) => tf.reshape<tf.Rank.R2>(tf.mean(images, [1, 2, 3]), [-1, 1]),
  logits: (images) =>
    tf.tidy(() => {
      const mean = tf.mean(tf.reshape(images, [images.shape[0], -1]), 1, true);
      return tf.neg<tf.Tensor2D>(
        tf.square<tf.Tensor2D>(tf.sub<tf.Tensor2D>(mean, tf.tensor2d([-1, -1 / 3, 1 / 3, 1], [1, 4]))),
      );
    }),
  dispose: () => undefined,
};

const stackOf = (classes: number[][]) =>
  tf.tensor4d(
    classes.flatMap((stack) => [0, 1, 2, 3].flatMap(() => stack.map((c) => -1 + (2 / 3) * c))),
    [classes.length, 2, 2, 3],
  );

describe('stackedLabels', () => {
  it.each([1, 2, 100])(
    'counts in the base of the classes, the first channel first, in batches of %i',
    async (batch) => {
      const images = stackOf([
        [0, 0, 0],
        [0, 0, 3],
        [0, 2, 0],
        [1, 0, 0],
        [3, 2, 1],
      ]);
      const labels = await stackedLabels({ classifier, classes: 4 }, images, { batch });
      expect(Array.from(labels)).toEqual([0, 3, 8, 16, 48 + 8 + 1]);
      images.dispose();
    },
  );

  it('refuses one channel and extractors without logits', async () => {
    const grey = tf.zeros<tf.Rank.R4>([1, 2, 2, 1]);
    await expect(stackedLabels({ classifier, classes: 4 }, grey)).rejects.toThrow(/\[1, 2, 2, 1\].*3 channels/);
    const blind = { ...classifier, logits: undefined };
    await expect(stackedLabels({ classifier: blind, classes: 4 }, grey)).rejects.toThrow(/'brightness' has no logits/);
    grey.dispose();
  });
});
