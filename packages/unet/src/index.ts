/**
 * Networks and their weight files.
 *
 * @module @diffgan/unet
 */
export { readSafetensors, writeSafetensors } from '@diffgan/files';
export { createModel } from './create-model.ts';
export { ddganDiscriminator } from './ddgan-discriminator.ts';
export { ddganGenerator } from './ddgan-generator.ts';
export { ddpmUnet } from './ddpm-unet.ts';
export { loadFromDiffusers, saveForDiffusers } from './diffusers-folder.ts';
export { modelConfig } from './finish.ts';
export { diffusersConfig, unetConfigFromDiffusers } from './layouts/diffusers-config.ts';
export { layoutNames } from './layouts/layouts.ts';
export { loadMatchingWeights } from './load-matching-weights.ts';
export { mlpClassifier, mlpCritic, mlpDenoiser, mlpGenerator } from './mlp.ts';
export { loadModel, saveModel } from './model-folder.ts';
export { loadWeights, weightsToSafetensors } from './model-weights.ts';
export { noiseClassifier } from './noise-classifier.ts';
export { presets } from './presets.ts';
export { registerLayers } from './register-layers.ts';
export { vdmDenoiser } from './vdm-denoiser.ts';
export type {
  DdganDiscriminatorConfig,
  DdganGeneratorConfig,
  DdpmUnetConfig,
  HalfUnetDiscriminatorConfig,
  ImageConfig,
  LabelConfig,
  MlpClassifierConfig,
  MlpConfig,
  MlpCriticConfig,
  MlpDenoiserConfig,
  MlpGeneratorConfig,
  ModelConfig,
  NcsnppGeneratorConfig,
  NoiseClassifierConfig,
  ResidualDiscriminatorConfig,
  UnetGeneratorConfig,
  UnetShape,
  UnetVariations,
  VdmDenoiserConfig,
} from './config.ts';
export type { FactoryOptions } from './ddpm-unet.ts';
export type { LayoutName } from './layouts/layouts.ts';
export type { MatchedWeights } from './load-matching-weights.ts';
export type { LoadWeightsOptions, WeightsToSafetensorsOptions } from './model-weights.ts';
export type { SaveModelOptions } from './model-folder.ts';
export type { Preset } from './presets.ts';
