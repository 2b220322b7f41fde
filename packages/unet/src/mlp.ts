import { input, type LayersModel, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { key as makeKey } from '@diffgan/ops';
import type { MlpConfig, MlpCriticConfig, MlpDenoiserConfig, MlpGeneratorConfig } from './config.ts';
import type { FactoryOptions } from './ddpm-unet.ts';
import { finish } from './finish.ts';
import { linear, operation } from './layers/graph.ts';
import { SinusoidalEmbedding } from './layers/sinusoidal-embedding.ts';
import { validateMlp } from './validate-denoisers.ts';

/** Dense layers on the inputs and the waves of the position, joined. */
function trunk(
  inputs: SymbolicTensor[],
  position: SymbolicTensor,
  { hidden, timeWidth }: MlpConfig,
  activation: 'silu' | 'leakyRelu',
): SymbolicTensor {
  const waves = new SinusoidalEmbedding({ name: 'waves', sinusoid: timeWidth }).apply(position) as SymbolicTensor;
  const joined = operation('concat', [...inputs, waves]);
  return hidden.reduce((h, width, i) => operation(activation, linear(h, `hidden.${i}`, width)), joined);
}

const vector = (name: string, size: number) => input({ shape: [size], name });
const positionInput = () => input({ shape: [], name: 'position' });

/**
 * Noise prediction for vectors, such as points of the plane: `model.apply([xt, position]) → ε̂`.
 *
 * `xt` is `[B, dim]`, `position` float32 `[B]` (t − 1); the result is `[B, dim]` and starts at zero. Dense layers with SiLU.
 *
 * @returns a model that the caller disposes.
 * @throws TypeError if `config` is not an object; RangeError naming the field that is out of range.
 * @example
 * ```ts
 * const model = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [256, 256, 256], timeWidth: 64 });
 * const epsHat = model.apply([tf.zeros([4, 2]), tf.zeros([4])]) as tf.Tensor2D; // [4, 2]
 * ```
 */
export function mlpDenoiser(config: MlpDenoiserConfig, { key = makeKey(0) }: FactoryOptions = {}): LayersModel {
  validateMlp('mlpDenoiser', config, 'mlp-denoiser');
  const [xt, position] = [vector('xt', config.dim), positionInput()];
  const epsHat = linear(trunk([xt], position, config, 'silu'), 'out', config.dim, { initScale: 0 });
  return finish(model({ inputs: [xt, position], outputs: epsHat }), config, key);
}

/**
 * The generator of a denoising diffusion GAN for vectors: `model.apply([xt, z, position]) → x̂0`.
 *
 * `xt` is `[B, dim]`, the latent `z ~ N(0, I)` `[B, latentDim]`, `position` float32 `[B]` (t − 1); the result is `[B, dim]`, of any size.
 * Dense layers with SiLU.
 *
 * @returns a model that the caller disposes.
 * @throws TypeError if `config` is not an object; RangeError naming the field that is out of range.
 * @example
 * ```ts
 * const generator = mlpGenerator({ kind: 'mlp-generator', dim: 2, latentDim: 2, hidden: [256, 256, 256], timeWidth: 64 });
 * const x0Hat = generator.apply([tf.zeros([4, 2]), tf.zeros([4, 2]), tf.zeros([4])]) as tf.Tensor2D; // [4, 2]
 * ```
 */
export function mlpGenerator(config: MlpGeneratorConfig, { key = makeKey(0) }: FactoryOptions = {}): LayersModel {
  validateMlp('mlpGenerator', config, 'mlp-generator');
  const [xt, z, position] = [vector('xt', config.dim), vector('z', config.latentDim), positionInput()];
  const x0Hat = linear(trunk([xt, z], position, config, 'silu'), 'out', config.dim);
  return finish(model({ inputs: [xt, z, position], outputs: x0Hat }), config, key);
}

/**
 * The critic of a denoising diffusion GAN for vectors: `model.apply([xPrev, xt, position]) → logit [B]`, larger = more real.
 *
 * `xPrev` (x_{t−1}) and `xt` are `[B, dim]`, `position` float32 `[B]` (t − 1). Dense layers with LeakyReLU, so that gradient penalties
 * have the right gradients.
 *
 * @returns a model that the caller disposes.
 * @throws TypeError if `config` is not an object; RangeError naming the field that is out of range.
 * @example
 * ```ts
 * const critic = mlpCritic({ kind: 'mlp-critic', dim: 2, hidden: [256, 256, 256], timeWidth: 64 });
 * const logits = critic.apply([tf.zeros([4, 2]), tf.zeros([4, 2]), tf.zeros([4])]) as tf.Tensor1D; // [4]
 * ```
 */
export function mlpCritic(config: MlpCriticConfig, { key = makeKey(0) }: FactoryOptions = {}): LayersModel {
  validateMlp('mlpCritic', config, 'mlp-critic');
  const [xPrev, xt, position] = [vector('xPrev', config.dim), vector('xt', config.dim), positionInput()];
  const logit = operation('flatScalar', linear(trunk([xPrev, xt], position, config, 'leakyRelu'), 'out', 1));
  return finish(model({ inputs: [xPrev, xt, position], outputs: logit }), config, key);
}
