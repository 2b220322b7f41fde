import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import {
  argMax,
  cast,
  concat,
  matMul,
  type Rank,
  reshape,
  slice,
  tensor2d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { extractFeatures, type ExtractFeaturesOptions } from './extract-features.ts';
import type { FeatureExtractor } from './feature-extractor.ts';

/**
 * The modes of stacked images, whose three channels are grey images of independent classes: a c² + b c + d with the classes
 * a, b, d of the channels and their number c.
 *
 * @param classifier an extractor with `logits` that takes one channel, and how many classes it tells apart: 10 digits make 1000 modes
 * @param images `[n, H, W, 3]` in [−1, 1]; read, not disposed
 * @param options as those of {@link extractFeatures}
 * @returns n labels 0…classes³ − 1 for {@link modeCoverage}
 * @throws TypeError for an extractor without logits; RangeError for another shape or pixels out of range
 * @see Metz et al.: Unrolled generative adversarial networks, arXiv:1611.02163
 * @example
 * ```ts
 * const images = uniform<tf.Rank.R4>(key(0), [8, 28, 28, 3], { min: -1, max: 1 });
 * const labels = await stackedLabels({ classifier: await fashionCnn(), classes: 10 }, images);
 * modeCoverage(labels, { total: 1000 }).modes;
 * ```
 */
export async function stackedLabels(
  { classifier, classes }: { classifier: FeatureExtractor; classes: number },
  images: Tensor4D,
  options: ExtractFeaturesOptions = {},
): Promise<Int32Array> {
  const logits = classifier.logits?.bind(classifier);
  if (!logits)
    throw new TypeError(
      `stackedLabels: extractor '${classifier.name}' has no logits. Use a classifier such as fashionCnn().`,
    );
  if (images.shape[3] !== 3)
    throw new RangeError(`stackedLabels: images of shape [${images.shape.join(', ')}]; they must have 3 channels.`);
  const labels = (batch: Tensor4D): Tensor2D =>
    tidy(() => {
      const [size, height, width] = batch.shape;
      const channels = [0, 1, 2].map((c) => slice(batch, [0, 0, 0, c], [size, height, width, 1]));
      const ofChannels = reshape<Rank.R2>(argMax(logits(concat(channels, 0)), 1), [3, size]);
      return matMul(transpose(cast(ofChannels, 'float32')), tensor2d([classes ** 2, classes, 1], [3, 1]));
    });
  return Int32Array.from(await extractFeatures({ ...classifier, dim: 1, features: labels }, images, options));
}
