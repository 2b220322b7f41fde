import { serialization } from '@tensorflow/tfjs-core';
import { AdaptiveGroupNorm } from './adaptive-group-norm.ts';
import { Affine } from './affine.ts';
import { AttentionPool } from './attention-pool.ts';
import { Conv2d } from './conv2d.ts';
import { Dropout } from './dropout.ts';
import { FourierFeatures } from './fourier-features.ts';
import { GroupNorm } from './group-norm.ts';
import { Linear } from './linear.ts';
import { Operation } from './operation.ts';
import { ScaleShiftGroupNorm } from './scale-shift-group-norm.ts';
import { SelfAttention } from './self-attention.ts';
import { SinusoidalEmbedding } from './sinusoidal-embedding.ts';

const layers = [
  AdaptiveGroupNorm,
  Affine,
  AttentionPool,
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
 * ```ts fragment
 * registerLayers();
 * const model = await tf.loadLayersModel('file://model.json'); // written by model.save
 * ```
 */
export function registerLayers(): void {
  for (const layer of layers) serialization.registerClass(layer);
}
