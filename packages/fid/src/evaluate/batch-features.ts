import { type Tensor2D, tensor2d, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { extractFeatures, type ExtractFeaturesOptions } from '../features/extract-features.ts';
import type { FeatureExtractor } from '../features/feature-extractor.ts';
import { toUnitPixels } from '../pixels/pixel-range.ts';

/** What an extractor says of a batch of images. */
export interface BatchFeatures {
  /** Features, row by row: `n · dim` values. */
  readonly rows: Float32Array;
  /** Class scores, row by row, if they were asked for. */
  readonly logits?: Float32Array;
  /** Classes that the images were asked to be of, where that is known. */
  readonly labels?: ArrayLike<number>;
}

/** Features that were made elsewhere, such as in other processes: batches of {@link batchFeatures} in the order of the images. */
export interface FeatureSource {
  readonly features: AsyncIterable<BatchFeatures>;
}

/**
 * Features and class scores of one batch of images: what {@link collectFeatures} does with each batch, for those who spread the work over
 * several processes and pass the results on as a {@link FeatureSource}.
 *
 * @param extractor the network
 * @param images `[n, H, W, C]`; not disposed
 * @param options those of {@link extractFeatures}, and whether to keep class scores
 * @throws as {@link extractFeatures}; TypeError when class scores are asked of an extractor without them
 * @example
 * ```ts
 * const images = uniform<tf.Rank.R4>(key(0), [8, 28, 28, 1], { min: -1, max: 1 });
 * const { rows } = await batchFeatures(await fashionCnn(), images); // 8 × dim values
 * ```
 */
export async function batchFeatures(
  extractor: FeatureExtractor,
  images: Tensor4D,
  { logits = false, ...options }: ExtractFeaturesOptions & { logits?: boolean } = {},
): Promise<BatchFeatures> {
  const scoresOf = logits ? logitsBy(extractor) : undefined;
  const rows = await extractFeatures(extractor, images, options);
  if (!scoresOf) return { rows };
  const scores = tidy(() =>
    scoresOf(
      () => tensor2d(rows, [images.shape[0], extractor.dim]),
      () => toUnitPixels(images, options.range),
    ),
  );
  const values = await scores.data<'float32'>();
  scores.dispose();
  return { rows, logits: values };
}

type Scores = (features: () => Tensor2D, pixels: () => Tensor4D) => Tensor2D;

/** How class scores come from features or, where the extractor has no such way, from pixels; throws for one without class scores. */
export function logitsBy(extractor: FeatureExtractor): Scores {
  const [logits, logitsOf] = [extractor.logits?.bind(extractor), extractor.logitsOf?.bind(extractor)];
  if (logitsOf) return (features) => logitsOf(features());
  if (logits) return (_, pixels) => logits(pixels());
  throw new TypeError(
    `collectFeatures: extractor '${extractor.name}' has no logits. Use a classifier such as fashionCnn().`,
  );
}
