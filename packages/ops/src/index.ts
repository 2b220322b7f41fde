/**
 * Keyed random numbers and tensor operations that can be differentiated twice.
 *
 * @module @diffgan/ops
 */
export { exp, leakyRelu, sigmoid, silu, softmax, softplus, tanh } from './activations.ts';
export { adamRates, type AdamRatesOptions, adamUpdate, type AdamVectors } from './adam-update.ts';
export { attention } from './attention.ts';
export { backendReady, backendStarts } from './backend-ready.ts';
export { callModel, type CallModelOptions, type LayersModelLike, type Model } from './call-model.ts';
export { convolution, type ConvolutionOptions, dense } from './convolution.ts';
export { dropout, type DropoutOptions, type DropoutPart, dropoutSeed } from './dropout.ts';
export { firBlur, firDownsample, firUpsample } from './fir-resample.ts';
export { fourierFeatures } from './fourier-features.ts';
export { gather, type Steps } from './gather.ts';
export { gradientOf } from './gradient-of.ts';
export { adaptiveGroupNorm, groupNorm, type GroupNormOptions } from './group-norm.ts';
export { foldIn, key, type Key, split } from './random/key.ts';
export { minibatchStddev, type MinibatchStddevOptions } from './minibatch-stddev.ts';
export { describeModel, type ModelFacts, modelFacts } from './model-facts.ts';
export { nextTask } from './next-task.ts';
export { permutation } from './random/permutation.ts';
export { pixelNorm } from './pixel-norm.ts';
export { normal, randint, type RandintOptions, uniform } from './random/random.ts';
export {
  normalArray,
  type NormalArrayOptions,
  randintArray,
  randomBits,
  uniformArray,
  type UniformOptions,
} from './random/random-arrays.ts';
export { averagePool, nearestUpsample } from './resample.ts';
export { run } from './run.ts';
export { sinusoidalEmbedding, type SinusoidalEmbeddingOptions } from './sinusoidal-embedding.ts';
