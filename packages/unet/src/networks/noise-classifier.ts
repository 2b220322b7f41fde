import { input, type LayersModel, model } from '@tensorflow/tfjs-layers';
import { key as makeKey } from '@diffgan/ops';
import { imageShape } from '../config/image-config.ts';
import { type NoiseClassifierConfig, noiseClassifierSchema } from '../config/noise-classifier-config.ts';
import { requireConfig } from '../config/require-config.ts';
import { timeWaves } from '../config/time-waves.ts';
import { headCount } from '../config/unet-parts.ts';
import { attentionPool, channelsOf, linear, normSilu, operation, timeEmbedding } from '../layers/graph.ts';
import { takeLast } from '../take-last.ts';
import type { FactoryOptions } from './factory-options.ts';
import { finish } from './finish.ts';
import { Blocks, downPath, middleOf } from './unet-trunk.ts';

/**
 * The classifier of noised images that guides a diffusion model: `model.apply([xt, position]) → logits [B, classes]`.
 *
 * `xt` is `[B,H,W,C]` in [−1, 1] plus noise, `position` float32 `[B]` (t − 1). The down half of {@link ddpmUnet}, the mean over the pixels
 * and a dense layer that starts at zero: all classes are equally likely then. With `middle` and the `pool` `'attention'` it is the
 * classifier of guided-diffusion, whose weights the layout `'openai'` of {@link loadWeights} reads.
 *
 * @returns a model that the caller disposes.
 * @throws TypeError if `config` is not an object; RangeError naming the field that is out of range.
 *
 * Source: Dhariwal & Nichol 2021 (arXiv:2105.05233), section 4.
 *
 * @example
 * ```ts
 * const classifier = noiseClassifier({
 *   kind: 'noise-classifier',
 *   ...{ imageSize: 28, channels: 1, classes: 10 },
 *   ...{ baseChannels: 32, channelMultipliers: [1, 2, 2], blocksPerLevel: 2, attentionResolutions: [14] },
 * });
 * const logits = callModel(classifier, [normal(key(1), [2, 28, 28, 1]), tf.tensor1d([0, 999])]); // [2, 10]; position = t − 1
 * ```
 */
export function noiseClassifier(config: NoiseClassifierConfig, { key = makeKey(0) }: FactoryOptions = {}): LayersModel {
  requireConfig('noiseClassifier', { 'noise-classifier': noiseClassifierSchema }, config);
  const xt = input({ shape: imageShape(config), name: 'xt' });
  const position = input({ shape: [], name: 'position' });
  const time = timeEmbedding(position, timeWaves(config), 'silu');
  const blocks = new Blocks({ time }, config);
  const coarsest = middleOf(takeLast(downPath(xt, blocks)), blocks, config.middle ?? 'none');
  const features = normSilu(coarsest, 'head.norm', blocks.norm);
  const heads = headCount(config, channelsOf(features));
  const logits =
    config.pool === 'attention'
      ? attentionPool(features, 'head.pool', { units: config.classes, heads })
      : linear(operation('spatialMean', features), 'head.linear', config.classes, { initScale: 0 });
  return finish(model({ inputs: [xt, position], outputs: logits }), config, key);
}
