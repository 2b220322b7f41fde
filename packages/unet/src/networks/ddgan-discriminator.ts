import { input, type LayersModel, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { key as makeKey } from '@diffgan/ops';
import { type DdganDiscriminatorConfig, ddganDiscriminatorSchema } from '../config/ddgan-discriminator-config.ts';
import { imageShape } from '../config/image-config.ts';
import { requireConfig } from '../config/require-config.ts';
import { type Label, labelInput, linear, operation, timeEmbedding } from '../layers/graph.ts';
import type { FactoryOptions } from './factory-options.ts';
import { finish } from './finish.ts';
import { halfUnetCritic } from './half-unet-critic.ts';
import { residualCritic } from './residual-critic.ts';
import { unetEncoderCritic } from './unet-encoder-critic.ts';

/**
 * The critic of a denoising diffusion GAN: `model.apply([xPrev, xt, position]) → logit [B]`, larger = more real.
 *
 * `xPrev` (x_{t−1}) and `xt` are `[B,H,W,C]`, `position` float32 `[B]` (t − 1); with `classes` the model takes a fourth input, the label
 * `[B]` from 0 to `classes − 1`. Style `'unet-encoder'` is the way down of {@link ddpmUnet}, group norms and all, the mean over pixels and a
 * linear head (Okhotnikov, Isachenko: faster sampling with adversarial networks). The others are residual blocks without normalisation, a
 * minibatch standard deviation as an extra channel, and a linear head on the sum over pixels: `'half-unet'` of any widths, `'small'` and
 * `'large'` the critics of the DDGAN paper (Xiao et al. 2022, appendix C), which take sizes that do not halve evenly as well. With
 * `headResolutions: 'all'` the head of the first two sees the features of every resolution. Every operation is twice differentiable, as R1
 * and the gradient penalty need. The batch must be divisible by `stddevGroup`.
 *
 * @returns a model that the caller disposes.
 * @throws TypeError if `config` is not an object; RangeError naming the field that is out of range.
 * @example
 * ```ts
 * const critic = ddganDiscriminator(presets['fashion-mnist-tiny'].discriminator);
 * const [xPrev, xt] = [key(1), key(2)].map((own) => normal(own, [2, 28, 28, 1]));
 * const logits = callModel(critic, [xPrev, xt, tf.tensor1d([0, 3])]); // [2]; position = t − 1
 * ```
 */
export function ddganDiscriminator(
  config: DdganDiscriminatorConfig,
  { key = makeKey(0) }: FactoryOptions = {},
): LayersModel {
  requireConfig('ddganDiscriminator', { 'ddgan-discriminator': ddganDiscriminatorSchema }, config);
  const xPrev = input({ shape: imageShape(config), name: 'xPrev' });
  const xt = input({ shape: imageShape(config), name: 'xt' });
  const position = input({ shape: [], name: 'position' });
  const ofClass = labelInput(config);

  const features = pooledFeatures(operation('concat', [xPrev, xt]), position, { config, ofClass });
  const joined = features.length === 1 ? features[0] : operation('concat', features);
  const logit = operation('flatScalar', linear(joined, 'head.linear', 1));
  const inputs = [xPrev, xt, position, ...(ofClass ? [ofClass.label] : [])];
  return finish(model({ inputs, outputs: logit }), config, key);
}

/** What the head sees, `[B, n]` for each resolution. */
function pooledFeatures(
  pair: SymbolicTensor,
  position: SymbolicTensor,
  { config, ofClass }: { config: DdganDiscriminatorConfig; ofClass?: Label },
): SymbolicTensor[] {
  if (config.style === 'unet-encoder') {
    const widths = { sinusoid: config.baseChannels, hidden: 4 * config.baseChannels };
    const time = timeEmbedding(position, widths, 'silu', { ofClass });
    return unetEncoderCritic(pair, time, config).map((h) => operation('spatialMean', h));
  }
  const widths = { sinusoid: config.timeWidth, hidden: config.timeWidth };
  const time = timeEmbedding(position, widths, 'leakyRelu', { ofClass });
  const features =
    config.style === 'half-unet' ? halfUnetCritic(pair, time, config) : [residualCritic(pair, time, config)];
  return features.map((h) => operation('spatialSum', h));
}
