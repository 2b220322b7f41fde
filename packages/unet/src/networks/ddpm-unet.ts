import { input, type LayersModel, model } from '@tensorflow/tfjs-layers';
import { key as makeKey } from '@diffgan/ops';
import { type DdpmUnetConfig, ddpmUnetSchema } from '../config/ddpm-unet-config.ts';
import { imageShape } from '../config/image-config.ts';
import { labelCount } from '../config/label-config.ts';
import { requireConfig } from '../config/require-config.ts';
import { timeWaves } from '../config/time-waves.ts';
import { augmentationInput, labelInput, operation, timeEmbedding } from '../layers/graph.ts';
import type { FactoryOptions } from './factory-options.ts';
import { finish } from './finish.ts';
import { unetTrunk } from './unet-trunk.ts';

/**
 * The noise-predicting U-Net of DDPM and its descendants: `model.apply([xt, position]) → ε̂`, or `[xt, position, label]` with `classes`.
 *
 * `xt` is `[B,H,W,C]` in [−1, 1] plus noise, `position` float32 `[B]` (t − 1), `label` whole numbers `[B]`; the result has the shape of
 * `xt`, or twice its channels with `learnedVariance`, and starts at zero. With `augmentationLabels` there is a last input `[B, 9]`. Without variations the network is that of Ho et al. 2020,
 * appendix B. Nichol & Dhariwal 2021 added scale-shift norm, heads and learned variances; Dhariwal & Nichol 2021 residual blocks
 * that resample; a null class serves classifier-free guidance (Ho & Salimans 2022).
 *
 * With `dropout`, a call in training needs a seed: `callModel(model, inputs, { training: true, dropoutSeed: dropoutSeed(key) })`.
 *
 * @returns a model that the caller disposes.
 * @throws TypeError if `config` is not an object; RangeError naming the field that is out of range.
 * @example
 * ```ts
 * const model = ddpmUnet({ kind: 'ddpm-unet', imageSize: 28, channels: 1, baseChannels: 32, channelMultipliers: [1, 2, 2],
 *   blocksPerLevel: 2, attentionResolutions: [14] });
 * model.countParams(); // 1623169
 * ```
 */
export function ddpmUnet(config: DdpmUnetConfig, { key = makeKey(0) }: FactoryOptions = {}): LayersModel {
  requireConfig('ddpmUnet', { 'ddpm-unet': ddpmUnetSchema }, config);
  const xt = input({ shape: imageShape(config), name: 'xt' });
  const position = input({ shape: [], name: 'position' });
  const ofClass = labelInput({ classes: labelCount(config) });
  const augmentation = augmentationInput(config);
  const time = timeEmbedding(position, timeWaves(config), 'silu', { ofClass, augmentation });
  const inputs = [xt, position, ...(ofClass ? [ofClass.label] : []), ...(augmentation ? [augmentation] : [])];
  const output = unetTrunk(xt, { time }, config);
  return finish(model({ inputs, outputs: config.tanh ? operation('tanh', output) : output }), config, key);
}
