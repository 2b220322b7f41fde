import { serialization } from '@tensorflow/tfjs-core';
import { AdaptiveGroupNorm } from './layers/adaptive-group-norm.ts';
import { Conv2d } from './layers/conv2d.ts';
import { GroupNorm } from './layers/group-norm.ts';
import { Linear } from './layers/linear.ts';
import { Operation } from './layers/operation.ts';
import { SelfAttention } from './layers/self-attention.ts';

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
  for (const layer of [AdaptiveGroupNorm, Conv2d, GroupNorm, Linear, Operation, SelfAttention])
    serialization.registerClass(layer);
}
