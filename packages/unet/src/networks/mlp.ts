import { input, type LayersModel, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { key as makeKey } from '@diffgan/ops';
import type { LabelConfig } from '../config/label-config.ts';
import { labelCount } from '../config/label-config.ts';
import {
  type MlpClassifierConfig,
  mlpClassifierSchema,
  type MlpConfig,
  type MlpCriticConfig,
  mlpCriticSchema,
  type MlpDenoiserConfig,
  mlpDenoiserSchema,
  type MlpGeneratorConfig,
  mlpGeneratorSchema,
} from '../config/mlp-config.ts';
import { requireConfig } from '../config/require-config.ts';
import { applied, labelInput, linear, operation } from '../layers/graph.ts';
import { SinusoidalEmbedding } from '../layers/sinusoidal-embedding.ts';
import type { FactoryOptions } from './factory-options.ts';
import { finish } from './finish.ts';

/** Inputs and last hidden layer of dense layers on vectors, the waves of the position and, with classes, the label as one of n units. */
function trunk(
  vectors: SymbolicTensor[],
  { hidden, timeWidth, ...labels }: MlpConfig & LabelConfig,
  activation: 'silu' | 'leakyRelu',
): { inputs: SymbolicTensor[]; features: SymbolicTensor } {
  const position = input({ shape: [], name: 'position' });
  const waves = applied(new SinusoidalEmbedding({ name: 'waves', sinusoid: timeWidth }), position);
  const ofClass = labelInput({ classes: labelCount(labels) });
  const oneHot = ofClass ? [operation('oneHot', ofClass.label, ofClass.classes)] : [];
  const joined = operation('concat', [...vectors, waves, ...oneHot]);
  return {
    inputs: [...vectors, position, ...(ofClass ? [ofClass.label] : [])],
    features: hidden.reduce((h, width, i) => operation(activation, linear(h, `hidden.${i}`, width)), joined),
  };
}

const vector = (name: string, size: number) => input({ shape: [size], name });

/**
 * Noise prediction for vectors, such as points of the plane: `model.apply([xt, position]) → ε̂`, or
 * `[xt, position, label]` with `classes`.
 *
 * `xt` is `[B, dim]`, `position` float32 `[B]` (t − 1), `label` whole numbers `[B]`; the result is `[B, dim]` and starts at zero. Dense
 * layers with SiLU.
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
  requireConfig('mlpDenoiser', { 'mlp-denoiser': mlpDenoiserSchema }, config);
  const { inputs, features } = trunk([vector('xt', config.dim)], config, 'silu');
  return finish(model({ inputs, outputs: linear(features, 'out', config.dim, { initScale: 0 }) }), config, key);
}

/**
 * The generator of a denoising diffusion GAN for vectors: `model.apply([xt, z, position]) → x̂0`, or
 * `[xt, z, position, label]` with `classes`.
 *
 * `xt` is `[B, dim]`, the latent `z ~ N(0, I)` `[B, latentDim]`, `position` float32 `[B]` (t − 1), `label` whole numbers `[B]`; the result
 * is `[B, dim]`, of any size. Dense layers with SiLU.
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
  requireConfig('mlpGenerator', { 'mlp-generator': mlpGeneratorSchema }, config);
  const { inputs, features } = trunk([vector('xt', config.dim), vector('z', config.latentDim)], config, 'silu');
  return finish(model({ inputs, outputs: linear(features, 'out', config.dim) }), config, key);
}

/**
 * The critic of a denoising diffusion GAN for vectors: `model.apply([xPrev, xt, position]) → logit [B]`, larger = more real;
 * with `classes` of `[xPrev, xt, position, label]`.
 *
 * `xPrev` (x_{t−1}) and `xt` are `[B, dim]`, `position` float32 `[B]` (t − 1), `label` whole numbers `[B]`. Dense layers with LeakyReLU,
 * so that gradient penalties have the right gradients.
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
  requireConfig('mlpCritic', { 'mlp-critic': mlpCriticSchema }, config);
  const pair = [vector('xPrev', config.dim), vector('xt', config.dim)];
  const { inputs, features } = trunk(pair, config, 'leakyRelu');
  return finish(model({ inputs, outputs: operation('flatScalar', linear(features, 'out', 1)) }), config, key);
}

/**
 * The classifier of noised vectors that guides a diffusion model: `model.apply([xt, position]) → logits [B, classes]`.
 *
 * `xt` is `[B, dim]`, `position` float32 `[B]` (t − 1). Dense layers with SiLU; the last starts at zero: all classes are equally likely
 * then. The counterpart of {@link noiseClassifier}.
 *
 * @returns a model that the caller disposes.
 * @throws TypeError if `config` is not an object; RangeError naming the field that is out of range.
 * @example
 * ```ts
 * const classifier = mlpClassifier({ kind: 'mlp-classifier', dim: 2, hidden: [128, 128], timeWidth: 64, classes: 3 });
 * const logits = classifier.apply([tf.zeros([4, 2]), tf.zeros([4])]) as tf.Tensor2D; // [4, 3]
 * ```
 */
export function mlpClassifier(config: MlpClassifierConfig, { key = makeKey(0) }: FactoryOptions = {}): LayersModel {
  requireConfig('mlpClassifier', { 'mlp-classifier': mlpClassifierSchema }, config);
  const { classes, ...sizes } = config;
  const { inputs, features } = trunk([vector('xt', config.dim)], sizes, 'silu');
  return finish(model({ inputs, outputs: linear(features, 'out', classes, { initScale: 0 }) }), config, key);
}
