import { tensor2d, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { extractFeatures, type ExtractFeaturesOptions } from '../features/extract-features.ts';
import type { FeatureExtractor } from '../features/feature-extractor.ts';
import { toUnitPixels } from '../pixels/pixel-range.ts';

/** What an extractor says of a batch of images. */
export interface BatchFeatures {
  /** Features, row by row: `n · dim` values. */
  readonly rows: Float32Array;
  /** Class scores, row by row, if they were asked for. */
  readonly logits?: Float32Array;
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
 * const { rows } = await batchFeatures(await fashionCnn(), images); // images.shape[0] × dim values
 */
export async function batchFeatures(
  extractor: FeatureExtractor,
  images: Tensor4D,
  { logits = false, ...options }: ExtractFeaturesOptions & { logits?: boolean } = {},
): Promise<BatchFeatures> {
  if (logits) assertLogits(extractor);
  const rows = await extractFeatures(extractor, images, options);
  if (!logits) return { rows };
  const scores = tidy(() =>
    extractor.logitsOf
      ? extractor.logitsOf(tensor2d(rows, [images.shape[0], extractor.dim]))
      : extractor.logits!(toUnitPixels(images, options.range)),
  );
  const values = await scores.data<'float32'>();
  scores.dispose();
  return { rows, logits: values };
}

/** Throws for an extractor without class scores. */
export function assertLogits(extractor: FeatureExtractor): void {
  if (extractor.logitsOf || extractor.logits) return;
  throw new TypeError(
    `collectFeatures: extractor '${extractor.name}' has no logits. Use a classifier such as fashionCnn().`,
  );
}
