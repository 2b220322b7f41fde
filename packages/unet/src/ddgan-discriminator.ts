import { input, type LayersModel, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { key as makeKey } from '@diffgan/ops';
import type { DdganDiscriminatorConfig } from './config.ts';
import type { FactoryOptions } from './ddpm-unet.ts';
import { finish, imageShape } from './finish.ts';
import { channelsOf, conv, linear, operation, timeEmbedding } from './layers/graph.ts';
import { validateDiscriminator } from './validate.ts';

/** LeakyReLU → conv → + step → LeakyReLU → conv from zero, average-pooled with its 1×1 shortcut where the block halves the image. */
function criticBlock(
  x: SymbolicTensor,
  name: string,
  { filters, half, time }: { filters: number; half: boolean; time: SymbolicTensor },
): SymbolicTensor {
  let h = conv(operation('leakyRelu', x), `${name}.conv1`, filters);
  h = operation('addPerChannel', [h, linear(time, `${name}.time`, filters)]);
  h = operation('leakyRelu', h);
  let shortcut = x;
  if (half) [h, shortcut] = [operation('averagePool', h), operation('averagePool', x)];
  h = conv(h, `${name}.conv2`, filters, { initScale: 0 });
  if (channelsOf(x) !== filters) shortcut = conv(shortcut, `${name}.shortcut`, filters, { kernelSize: 1 });
  return operation('residual', [shortcut, h]);
}

/**
 * The critic of a denoising diffusion GAN: `model.apply([xPrev, xt, position]) → logit [B]`, larger = more real.
 *
 * `xPrev` (x_{t−1}) and `xt` are `[B,H,W,C]`, `position` float32 `[B]` (t − 1). The down half of a U-Net without normalisation, a
 * minibatch standard deviation as an extra channel, and a linear head on the sum over pixels. Every operation is twice
 * differentiable, as R1 and the gradient penalty need. The batch must be divisible by `stddevGroup`.
 *
 * @returns a model that the caller disposes.
 * @throws TypeError if `config` is not an object; RangeError naming the field that is out of range.
 * @example
 * ```ts
 * const critic = ddganDiscriminator(presets['fashion-mnist-tiny'].discriminator);
 * const logits = critic.apply([xPrev, xt, position]) as tf.Tensor1D; // [B]
 * ```
 */
export function ddganDiscriminator(
  config: DdganDiscriminatorConfig,
  { key = makeKey(0) }: FactoryOptions = {},
): LayersModel {
  validateDiscriminator(config);
  const xPrev = input({ shape: imageShape(config), name: 'xPrev' });
  const xt = input({ shape: imageShape(config), name: 'xt' });
  const position = input({ shape: [], name: 'position' });
  const [stem, ...widths] = config.widths;

  const time = timeEmbedding(position, { sinusoid: config.timeWidth, hidden: config.timeWidth }, 'leakyRelu');
  let h = conv(operation('concat', [xPrev, xt]), 'stem', stem);
  widths.forEach((filters, i) => {
    h = criticBlock(h, `block.${i}`, { filters, half: config.downsample[i], time });
  });
  h = operation('minibatchStddev', operation('leakyRelu', h), config.stddevGroup);
  h = operation('leakyRelu', conv(h, 'head.conv', channelsOf(h) - 1));
  const logit = operation('flatScalar', linear(operation('spatialSum', h), 'head.linear', 1));
  return finish(model({ inputs: [xPrev, xt, position], outputs: logit }), config, key);
}
