import { input, type LayersModel, model } from '@tensorflow/tfjs-layers';
import { type Key, key as makeKey } from '@diffgan/ops';
import type { DdpmUnetConfig } from './config.ts';
import { finish, imageShape } from './finish.ts';
import { timeEmbedding } from './layers/graph.ts';
import { unetTrunk } from './unet-trunk.ts';
import { validateUnet } from './validate.ts';

/** Options shared by the factories. */
export interface FactoryOptions {
  /** Key of the initial weights; null leaves them all at zero, for a model whose weights are loaded next. @defaultValue `key(0)` */
  key?: Key | null;
}

/**
 * The noise-predicting U-Net of DDPM: `model.apply([xt, position]) → ε̂`.
 *
 * `xt` is `[B,H,W,C]` in [−1, 1] plus noise, `position` float32 `[B]` (t − 1); the result has the shape of `xt` and starts at zero.
 * Level sizes, widths and parameter counts follow Ho et al. 2020, appendix B.
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
  validateUnet(config);
  const xt = input({ shape: imageShape(config), name: 'xt' });
  const position = input({ shape: [], name: 'position' });
  const time = timeEmbedding(position, { sinusoid: config.baseChannels, hidden: 4 * config.baseChannels }, 'silu');
  return finish(model({ inputs: [xt, position], outputs: unetTrunk(xt, { time }, config) }), config, key);
}
