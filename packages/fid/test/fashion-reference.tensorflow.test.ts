import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fashionMnist, takeImages } from '@diffgan/data';
import {
  extractFeatures,
  fashionCnn,
  fashionReference,
  FeatureStatistics,
  fidScore,
  frechetDistance,
} from '@diffgan/fid';
import { key, normal } from '@diffgan/ops';

const count = 2000;
const indices = Array.from({ length: count }, (_, i) => i);

async function statisticsOf(change: (images: tf.Tensor4D) => tf.Tensor4D, split = 'test'): Promise<FeatureStatistics> {
  const extractor = await fashionCnn();
  const statistics = new FeatureStatistics(extractor.dim, {
    extractor: extractor.name,
    layer: extractor.layer,
    split,
    range: '[-1, 1]',
  });
  const dataset = await fashionMnist({ split: 'test' });
  for (let start = 0; start < dataset.count; start += count) {
    const images = tf.tidy(() =>
      change(
        takeImages(
          dataset,
          indices.map((i) => start + i),
        ),
      ),
    );
    statistics.add(await extractFeatures(extractor, images, { batch: 250 }));
    images.dispose();
  }
  extractor.dispose();
  return statistics;
}

describe('the shipped statistics of real images', () => {
  it('are those of the shipped weights on the test split', async () => {
    const [recomputed, shipped] = [await statisticsOf((x) => tf.clone(x)), await fashionReference('test')];
    expect(recomputed.meta).toEqual(shipped.meta);
    expect(recomputed.count).toBe(10000);
    expect(recomputed.mean).toBeAllClose(shipped.mean, { rtol: 1e-4, atol: 1e-5 });
    expect(await frechetDistance(recomputed, shipped)).toBeLessThan(1e-4);
  });

  it('have 60 000 and 10 000 images and the floor of the model card between them', async () => {
    const [train, test] = [await fashionReference('train'), await fashionReference('test')];
    expect([train.count, test.count]).toEqual([60000, 10000]);
    expect(await fidScore(test, train)).toMatchObject({ name: 'FID-fashion', n: 10000, reference: 'train' });
  });

  it('tell worse images from better ones', async () => {
    const train = await fashionReference('train');
    const scores: number[] = [];
    for (const level of [0, 0.1, 0.3]) {
      const noisy = await statisticsOf((x) => {
        const noise = tf.mul(level, normal(key(1), x.shape));
        return tf.clipByValue(tf.add<tf.Tensor4D>(x, noise), -1, 1);
      });
      scores.push(await frechetDistance(noisy, train));
    }
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    expect(scores[1]).toBeGreaterThan(2 * scores[0]);
  });

  it('refuse another split', async () => {
    await expect(fashionReference('validation' as 'test')).rejects.toThrow(/'train' or 'test'/);
  });
});
