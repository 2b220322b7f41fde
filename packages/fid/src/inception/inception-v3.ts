import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { add, matMul, tidy } from '@tensorflow/tfjs-core';
import { openSafetensors } from '@diffgan/files';
import type { FeatureExtractor } from '../features/feature-extractor.ts';
import { inceptionClasses } from './inception-convolutions.ts';
import { inceptionNetwork, type StageWidth } from './inception-network.ts';
import { disposeInceptionWeights, type InceptionWeights, loadInceptionWeights } from './load-inception-weights.ts';
import { type InceptionResize, type InceptionScaling, prepareImages, resizes, scalings } from './prepare-images.ts';

/** Options of {@link inceptionV3}. Scores of different options are different metrics, and `layer` tells them apart. */
export interface InceptionOptions {
  /**
   * Which features: the first and the second max pooling (64, 192), the last block of 17 × 17 pixels (768), the last block
   * (2048, that of the published FID), each averaged over its pixels, or the 1008 class scores (`'logits'`).
   * @defaultValue 2048
   */
  layer?: 64 | 192 | 768 | 2048 | 'logits';
  /**
   * How images become 299 × 299. `'pytorch'`: bilinear between pixel centres, as pytorch-fid. `'tensorflow'`:
   * bilinear between pixel corners, as the original FID, guided-diffusion and torch-fidelity. `'pillow'`: bicubic that averages
   * when it shrinks, as clean-fid. `'none'`: images stay as large as they are, at least 75 × 75.
   * @defaultValue `'pytorch'`
   */
  resize?: InceptionResize;
  /**
   * How bytes k are scaled. `'pytorch'`: 2k/255 − 1. `'tensorflow'`: (k − 128)/128, as the original FID,
   * guided-diffusion, torch-fidelity and clean-fid.
   * @defaultValue `'pytorch'`
   */
  scaling?: InceptionScaling;
}

/** The extractor of the published FID: its `logits` are always there. */
export type InceptionV3 = FeatureExtractor & Required<Pick<FeatureExtractor, 'logits'>>;

/**
 * Loads the Inception-v3 network of the published FID: pytorch-fid's, with the pooling of TensorFlow's graph of 2015.
 *
 * The weights (95 MB) do not come with this package. Download pytorch-fid's `pt_inception-2015-12-05-6726825d.pth` and convert it
 * once, with torch and safetensors installed:
 *
 * ```sh
 * python -c "import sys, torch, safetensors.torch as s; s.save_file({k: v.contiguous() for k, v in torch.load(sys.argv[1],
 *   map_location='cpu', weights_only=True).items()}, sys.argv[2])" pt_inception-2015-12-05-6726825d.pth inception.safetensors
 * ```
 *
 * `features` is pure tensor code: `compile` of `@diffgan/runtime` makes a graph of it. An image of 299 × 299 takes 5.7 · 10⁹
 * multiplications and, in the first layers, 8 MB: batches of about 32 suit most machines. Grey images are repeated to RGB.
 *
 * @param weights the safetensors file: path, URL, `Blob` or bytes; read layer by layer
 * @param options layer, resize and scaling
 * @returns the extractor for `[B, H, W, 1 or 3]` images in [−1, 1] on the current backend; free it with `dispose()`. `logits` are
 *   pool · W without the bias, as in every published Inception Score; those of layer `'logits'` have it
 * @throws FileFormatError when the file is not exactly this network; it lists what is missing, left over or misshapen, and
 *   refuses torchvision's network of 1000 classes
 * @throws RangeError for an unknown option
 * @see https://github.com/mseitzer/pytorch-fid for the network, https://arxiv.org/abs/1512.00567 for Inception-v3
 * @example
 * ```ts fragment
 * const extractor = await inceptionV3('inception.safetensors');
 * const features = await extractFeatures(extractor, images, { batch: 32 }); // Float32Array of 2048 per image
 * extractor.dispose();
 * ```
 */
export async function inceptionV3(
  weights: string | URL | Blob | Uint8Array,
  { layer = 2048, resize = 'pytorch', scaling = 'pytorch' }: InceptionOptions = {},
): Promise<InceptionV3> {
  assertOption('layer', layer, [64, 192, 768, 2048, 'logits']);
  assertOption('resize', resize, Object.keys(resizes));
  assertOption('scaling', scaling, Object.keys(scalings));
  const loaded = await load(weights);
  const { units, fc, fingerprint } = loaded;

  const pooled = (images: Tensor4D, width: StageWidth): Tensor2D =>
    tidy(() => inceptionNetwork(units, prepareImages(images, resize, scaling), width));
  const logits = (images: Tensor4D): Tensor2D => tidy(() => matMul(pooled(images, 2048), fc.kernel));
  return {
    name: 'inception',
    layer: `${layer}, ${resize} resize, ${scaling} scaling@${fingerprint}`,
    dim: layer === 'logits' ? inceptionClasses : layer,
    features: (images) =>
      layer === 'logits' ? tidy(() => add<Tensor2D>(logits(images), fc.bias)) : pooled(images, layer),
    logits,
    ...(layer === 2048 && { logitsOf: (pool: Tensor2D) => matMul(pool, fc.kernel) }),
    dispose: () => disposeInceptionWeights(loaded),
  };
}

async function load(source: string | URL | Blob | Uint8Array): Promise<InceptionWeights> {
  const file = await openSafetensors(source);
  try {
    return await loadInceptionWeights(file);
  } finally {
    await file.close();
  }
}

function assertOption(name: string, value: string | number, allowed: readonly (string | number)[]): void {
  if (!allowed.includes(value))
    throw new RangeError(`inceptionV3: ${name} is ${String(value)}; it must be one of ${allowed.join(', ')}.`);
}
