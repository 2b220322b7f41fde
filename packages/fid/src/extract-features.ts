import { pad, slice, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import type { FeatureExtractor } from './feature-extractor.ts';

/** Options of {@link extractFeatures}. */
export interface ExtractFeaturesOptions {
  /** Images per call of the network; results do not depend on it beyond rounding. Default 100. */
  batch?: number;
  /** Aborts between batches. */
  signal?: AbortSignal;
}

const rounding = 1e-5; // float32 arithmetic that ends in a clip or tanh stays far inside

/**
 * Runs images through a feature extractor in batches of one constant shape (the last one is padded, so that backends
 * that compile per shape compile once).
 *
 * @param extractor the network
 * @param images `[n, H, W, C]` in [−1, 1]; read, not disposed
 * @param options batch size and abort signal
 * @returns `n · extractor.dim` features, image after image
 * @throws RangeError for NaN or pixels outside [−1, 1], with the index of the first, and for a batch below 1
 * @example
 * const features = await extractFeatures(await fashionCnn(), images, { batch: 200 });
 * statistics.add(features);
 */
export async function extractFeatures(
  extractor: FeatureExtractor,
  images: Tensor4D,
  { batch = 100, signal }: ExtractFeaturesOptions = {},
): Promise<Float32Array> {
  if (!Number.isSafeInteger(batch) || batch < 1)
    throw new RangeError(`extractFeatures: batch is ${batch}; it must be an integer ≥ 1.`);
  await assertPixels(images);
  const count = images.shape[0];
  const result = new Float32Array(count * extractor.dim);
  for (let start = 0; start < count; start += batch) {
    signal?.throwIfAborted();
    const size = Math.min(batch, count - start);
    const features = tidy(() => {
      const part = slice(images, [start, 0, 0, 0], [size, -1, -1, -1]);
      return extractor.features(size === batch ? part : padBatch(part, batch));
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

async function assertPixels(images: Tensor4D): Promise<void> {
  const values = await images.data();
  const bad = values.findIndex((value) => !(Math.abs(value) <= 1 + rounding)); // negated, so that NaN is bad too
  if (bad >= 0)
    throw new RangeError(
      `extractFeatures: images[${bad}] is ${values[bad]}; pixels must lie in [−1, 1]. ` +
        'Clip samples with tf.clipByValue(x, -1, 1) and map bytes k to 2k/255 − 1.',
    );
}
