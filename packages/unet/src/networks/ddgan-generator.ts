import { input, type LayersModel, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { key as makeKey } from '@diffgan/ops';
import { type DdganGeneratorConfig, ddganGeneratorSchema } from '../config/ddgan-generator-config.ts';
import { imageShape } from '../config/image-config.ts';
import { requireConfig } from '../config/require-config.ts';
import { labelInput, linear, operation, timeEmbedding } from '../layers/graph.ts';
import type { FactoryOptions } from './factory-options.ts';
import { finish } from './finish.ts';
import { ncsnppTrunk } from './ncsnpp-trunk.ts';
import { unetTrunk } from './unet-trunk.ts';

/**
 * The generator of a denoising diffusion GAN: `model.apply([xt, z, position]) → x̂0`, an implicit sampler of q(x0|xt).
 *
 * `xt` is `[B,H,W,C]`, the latent `z ~ N(0, I)` is `[B, latentDim]`, `position` float32 `[B]` (t − 1); the result is in (−1, 1) unless
 * `tanh` is false. With `classes` the model takes a fourth input, the label `[B]` from 0 to `classes − 1`. Style `'unet'` is the U-Net of
 * DDPM, whose blocks take scale and shift of their second group norm, or of both, from the embedded latent (Okhotnikov, Isachenko: faster
 * sampling with adversarial networks); style `'ncsnpp'` is the network of the DDGAN paper (Xiao et al. 2022, appendix C; Song et al. 2021).
 *
 * @returns a model that the caller disposes.
 * @throws TypeError if `config` is not an object; RangeError naming the field that is out of range.
 * @example
 * ```ts
 * const generator = ddganGenerator(presets['fashion-mnist-tiny'].generator);
 * const [xt, z] = [normal(key(1), [2, 28, 28, 1]), normal(key(2), [2, 64])];
 * const x0Hat = callModel(generator, [xt, z, tf.tensor1d([0, 3])]); // [2, 28, 28, 1]; position = t − 1
 * ```
 */
export function ddganGenerator(config: DdganGeneratorConfig, { key = makeKey(0) }: FactoryOptions = {}): LayersModel {
  requireConfig('ddganGenerator', { 'ddgan-generator': ddganGeneratorSchema }, config);
  const xt = input({ shape: imageShape(config), name: 'xt' });
  const z = input({ shape: [config.latentDim], name: 'z' });
  const position = input({ shape: [], name: 'position' });
  const ofClass = labelInput(config);

  const widths = { sinusoid: config.baseChannels, hidden: 4 * config.baseChannels };
  const time = timeEmbedding(position, widths, 'silu', { ofClass });
  let style: SymbolicTensor = operation('pixelNorm', z);
  for (let i = 0; i < config.latentLayers; i++)
    style = operation('silu', linear(style, `latent.${i}`, config.latentWidth));
  const conditioning = { time, style };
  const h = config.style === 'unet' ? unetTrunk(xt, conditioning, config) : ncsnppTrunk(xt, conditioning, config);
  const x0Hat = config.tanh === false ? h : operation('tanh', h);
  return finish(model({ inputs: [xt, z, position, ...(ofClass ? [ofClass.label] : [])], outputs: x0Hat }), config, key);
}
