import * as tf from '@tensorflow/tfjs-core';
import {
  extractFeatures,
  fashionReference,
  type FeatureExtractor,
  FeatureStatistics,
  type FidScore,
  fidScore,
} from '@diffgan/fid';
import { type Key, normal } from '@diffgan/ops';

/**
 * FID-fashion of images `[n, 28, 28, 1]` in [−1, 1] against the 60 000 training images.
 *
 * @example
 * ```ts
 * const { signal } = new AbortController();
 *
 * const images = uniform<tf.Rank.R4>(key(0), [100, 28, 28, 1], { min: -1, max: 1 });
 * const { value } = await score(await fashionCnn(), images, signal);
 * console.log(value);
 * ```
 */
export async function score(extractor: FeatureExtractor, images: tf.Tensor4D, signal: AbortSignal): Promise<FidScore> {
  const { dim, name, layer } = extractor;
  const statistics = new FeatureStatistics(dim, { extractor: name, layer });
  statistics.add(await extractFeatures(extractor, images, { range: '[-1, 1]', signal }));
  return fidScore(statistics, await fashionReference('train'));
}

/**
 * What a generator that learned nothing would score: standard normal noise, clipped to the range of images.
 *
 * @example
 * ```ts
 * const { signal } = new AbortController();
 *
 * const { value } = await scoreNoise(await fashionCnn(), { count: 100, key: key(0), signal });
 * console.log(value);
 * ```
 */
export async function scoreNoise(
  extractor: FeatureExtractor,
  { count, key, signal }: { count: number; key: Key; signal: AbortSignal },
): Promise<FidScore> {
  const noise = tf.tidy(() => tf.clipByValue(normal<tf.Rank.R4>(key, [count, 28, 28, 1]), -1, 1));
  try {
    return await score(extractor, noise, signal);
  } finally {
    noise.dispose();
  }
}

/**
 * What other real images score: the 10 000 test images. No generator can be expected to go below.
 *
 * @example
 * ```ts
 * const { value } = await floorScore();
 * ```
 */
export async function floorScore(): Promise<FidScore> {
  return fidScore(await fashionReference('test'), await fashionReference('train'));
}
