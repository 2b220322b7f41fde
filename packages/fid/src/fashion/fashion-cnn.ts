import { type Tensor, tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { FileFormatError, readBytes, readSafetensors, type TensorData } from '@diffgan/files';
import type { FeatureExtractor } from '../features/feature-extractor.ts';
import { shippedFiles } from '../shipped-files.ts';
import {
  fashionCnnFeatures,
  fashionCnnLogits,
  fashionCnnShapes,
  type FashionCnnWeights,
} from './fashion-cnn-network.ts';
import { fashionCnnSha256 } from './fashion-cnn-sha256.ts';

/** The feature extractor of FID-fashion: its `logits` are always there. */
export type FashionCnn = FeatureExtractor & Required<Pick<FeatureExtractor, 'logits'>>;

/**
 * Loads the small classifier of Fashion-MNIST whose 128 features before the logits define FID-fashion. The weights come
 * with this package (1.9 MB) and are checked by SHA-256; how they were trained is in `weights/README.md`.
 *
 * @returns the extractor for `[B, 28, 28, 1]` images in [−1, 1] on the current backend; free it with `dispose()`
 * @throws FileFormatError when the weights are damaged
 * @example
 * ```ts
 * const images = uniform<tf.Rank.R4>(key(0), [8, 28, 28, 1], { min: -1, max: 1 });
 * const extractor = await fashionCnn();
 * const features = await extractFeatures(extractor, images); // Float32Array of 128 per image
 * extractor.dispose();
 * ```
 */
export async function fashionCnn(): Promise<FashionCnn> {
  const bytes = await readBytes(shippedFiles.fashionCnn(), { maxBytes: 1 << 22 });
  const digest = await sha256(bytes);
  if (digest !== fashionCnnSha256)
    throw new FileFormatError(
      `fashionCnn: SHA-256 ${digest} of fashion-cnn.safetensors is not ${fashionCnnSha256}. Install @diffgan/fid again.`,
    );
  const weights = toWeights(readSafetensors(bytes).tensors);
  const checked = (images: Tensor4D): Tensor4D => {
    if (images.rank !== 4 || images.shape.slice(1).join() !== '28,28,1')
      throw new RangeError(`fashionCnn: images of shape [${images.shape.join(', ')}]; it takes [batch, 28, 28, 1].`);
    return images;
  };
  const features = (images: Tensor4D) => fashionCnnFeatures(weights, checked(images));
  return {
    name: 'fashion',
    layer: fashionCnnLayer,
    dim: 128,
    features,
    logits(images) {
      const hidden = features(images);
      const scores = fashionCnnLogits(weights, hidden);
      hidden.dispose();
      return scores;
    },
    logitsOf: (hidden) => fashionCnnLogits(weights, hidden),
    dispose: () => Object.values(weights).forEach((weight) => weight.dispose()),
  };
}

/** The layer and, since other weights are another metric, which weights. */
export const fashionCnnLayer = `dense-relu-128@${fashionCnnSha256.slice(0, 8)}`;

function toWeights(tensors: Record<string, TensorData>): FashionCnnWeights {
  const entries = Object.entries(fashionCnnShapes).map(([name, shape]): [string, Tensor] => {
    const { data } = tensors[name];
    return [name, tensor(data as Float32Array, [...shape], 'float32')];
  });
  return Object.fromEntries(entries) as unknown as FashionCnnWeights;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
