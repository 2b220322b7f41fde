import { serialization } from '@tensorflow/tfjs-core';
import { AdaptiveGroupNorm } from './layers/adaptive-group-norm.ts';
import { Affine } from './layers/affine.ts';
import { Conv2d } from './layers/conv2d.ts';
import { Dropout } from './layers/dropout.ts';
import { FourierFeatures } from './layers/fourier-features.ts';
import { GroupNorm } from './layers/group-norm.ts';
import { Linear } from './layers/linear.ts';
import { Operation } from './layers/operation.ts';
import { ScaleShiftGroupNorm } from './layers/scale-shift-group-norm.ts';
import { SelfAttention } from './layers/self-attention.ts';
import { SinusoidalEmbedding } from './layers/sinusoidal-embedding.ts';

const layers = [
  AdaptiveGroupNorm,
  Affine,
  Conv2d,
  Dropout,
  FourierFeatures,
  GroupNorm,
  Linear,
  Operation,
  ScaleShiftGroupNorm,
  SelfAttention,
  SinusoidalEmbedding,
] as const;

/**
 * Registers the layers of this package with tfjs, which `tf.loadLayersModel` needs; the library's own files do not.
 *
 * @example
 * ```ts
 * registerLayers();
 * const model = await tf.loadLayersModel('file://model.json'); // written by model.save
 * ```
 */
export function registerLayers(): void {
  for (const layer of layers) serialization.registerClass(layer);
}
