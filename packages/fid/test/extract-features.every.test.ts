import { key, uniform } from '@diffgan/ops';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { extractFeatures, type FeatureExtractor } from '@diffgan/fid';

/** Features: mean and first pixel; notes the batch sizes it was called with. */
function extractor(): FeatureExtractor & { sizes: number[] } {
  const sizes: number[] = [];
  return {
    sizes,
    name: 'test',
    layer: 'none',
    dim: 2,
    features: (images) => {
      sizes.push(images.shape[0]);
      const flat = tf.reshape(images, [images.shape[0], -1]);
      return tf.concat([tf.mean(flat, 1, true), tf.slice(flat, [0, 0], [-1, 1])], 1) as tf.Tensor2D;
    },
    dispose: () => undefined,
  };
}
const images = () => uniform<tf.Rank.R4>(key(5), [7, 2, 3, 1], { min: -1, max: 1 });

describe('extractFeatures', () => {
  it('gives one row per image, in batches of one shape, and keeps its input', async () => {
    const x = images();
    const used = extractor();
    const features = await extractFeatures(used, x, { batch: 3 });
    expect(used.sizes).toEqual([3, 3, 3]);
    const pixels = await x.data();
    const expected = Array.from({ length: 7 }, (_, i) => {
      const own = Array.from(pixels.slice(6 * i, 6 * i + 6));
      return [own.reduce((sum, v) => sum + v, 0) / 6, own[0]];
    });
    expect(features).toBeAllClose(expected.flat(), { rtol: 0, atol: 4 * 2 ** -23 });
    x.dispose();
  });

  it.each([1, 7, 100])('does not depend on the batch: %i', async (batch) => {
    const x = images();
    const one = await extractFeatures(extractor(), x, { batch: 2 });
    expect(await extractFeatures(extractor(), x, { batch })).toBeAllClose(one, { rtol: 0, atol: 4 * 2 ** -23 });
    x.dispose();
  });

  it.each([
    [NaN, /images\[5\] is NaN/],
    [1.5, /images\[5\] is 1\.5.*clipByValue/],
    [-2, /images\[5\] is -2/],
  ])('refuses a pixel of %s', async (value, message) => {
    const x = tf.tensor4d([0, 0, 0, 0, 0, value], [1, 2, 3, 1]);
    await expect(extractFeatures(extractor(), x)).rejects.toThrow(message);
    x.dispose();
  });

  it('refuses a batch of nothing and stops at an abort', async () => {
    const x = images();
    await expect(extractFeatures(extractor(), x, { batch: 0 })).rejects.toThrow(/batch is 0/);
    await expect(extractFeatures(extractor(), x, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    x.dispose();
  });
});
