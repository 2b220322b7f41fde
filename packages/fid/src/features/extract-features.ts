import { pad, slice, type Tensor2D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { assertImages, type PixelRange, toUnitPixels } from '../pixels/pixel-range.ts';
import type { FeatureExtractor } from './feature-extractor.ts';

/** Options of {@link extractFeatures}. */
export interface ExtractFeaturesOptions {
  /** Images per call of the network, at most; results do not depend on it beyond rounding. @defaultValue 100 */
  batch?: number;
  /**
   * Range of the pixels; images in another range are mapped to [−1, 1], which extractors take. When it is left out, it is
   * [−1, 1], and images without any pixel below 0 are refused, since they are most likely in [0, 1].
   */
  range?: PixelRange;
  /** Aborts between batches. */
  signal?: AbortSignal;
}

/**
 * Runs images through a feature extractor in batches of one constant shape (the last one is padded, so that backends
 * that compile per shape compile once).
 *
 * @param extractor the network
 * @param images `[n, H, W, C]` in [−1, 1], or in `range`; read, not disposed
 * @param options batch size, range of the pixels and abort signal
 * @returns `n · extractor.dim` features, image after image
 * @throws RangeError for NaN or pixels outside the range, with the index of the first, for images that look like another range
 *   or like NCHW, and for a batch below 1 or features of another shape than `[batch, dim]`; TypeError for images that are not float32 (or int32 bytes). All say what to do
 * @example
 * ```ts
 * const images = uniform<tf.Rank.R4>(key(0), [8, 28, 28, 1], { min: -1, max: 1 });
 * const extractor = await fashionCnn();
 * const features = await extractFeatures(extractor, images, { batch: 200 });
 * new FeatureStatistics(extractor.dim, { extractor: extractor.name, layer: extractor.layer }).add(features);
 * ```
 */
export async function extractFeatures(
  extractor: FeatureExtractor,
  images: Tensor4D,
  { batch = 100, range, signal }: ExtractFeaturesOptions = {},
): Promise<Float32Array> {
  if (!Number.isSafeInteger(batch) || batch < 1)
    throw new RangeError(`extractFeatures: batch is ${batch}; it must be an integer ≥ 1.`);
  await assertImages(images, range, 'extractFeatures');
  const count = images.shape[0];
  const rows = Math.min(batch, count);
  const result = new Float32Array(count * extractor.dim);
  for (let start = 0; start < count; start += rows) {
    signal?.throwIfAborted();
    const size = Math.min(rows, count - start);
    const features = tidy(() => {
      const part = toUnitPixels(slice(images, [start, 0, 0, 0], [size, -1, -1, -1]), range);
      return assertRows(extractor, extractor.features(size === rows ? part : padBatch(part, rows)), rows);
    });
    const values = await features.data<'float32'>();
    features.dispose();
    result.set(values.subarray(0, size * extractor.dim), start * extractor.dim);
  }
  return result;
}

const padBatch = (part: Tensor4D, batch: number): Tensor4D =>
  pad(part, [
    [0, batch - part.shape[0]],
    [0, 0],
    [0, 0],
    [0, 0],
  ]);

function assertRows({ name, dim }: FeatureExtractor, features: Tensor2D, rows: number): Tensor2D {
  if (features.shape.join() === `${rows},${dim}`) return features;
  throw new RangeError(
    `extractFeatures: extractor '${name}' made features of shape [${features.shape.join(', ')}] of ${rows} images; ` +
      `its dim is ${dim}, so they must be [${rows}, ${dim}].`,
  );
}
