/**
 * Networks and their weight files.
 *
 * @module @diffgan/unet
 */
export { readSafetensors, writeSafetensors } from '@diffgan/files';
export { countParameters } from './config/count-parameters.ts';
export { modelSchemas } from './config/model-schemas.ts';
export { createModel } from './create-model.ts';
export { createModelFor } from './folders/create-model-for.ts';
export { ddganDiscriminator } from './networks/ddgan-discriminator.ts';
export { ddganGenerator } from './networks/ddgan-generator.ts';
export { ddpmUnet } from './networks/ddpm-unet.ts';
export { loadFromDiffusers, saveForDiffusers } from './folders/diffusers-folder.ts';
export { modelConfig } from './networks/finish.ts';
export { diffusersConfig, unetConfigFromDiffusers } from './layouts/diffusers-config.ts';
export { layoutNames } from './layouts/layouts.ts';
export { loadMatchingWeights } from './folders/load-matching-weights.ts';
export { mlpClassifier, mlpCritic, mlpDenoiser, mlpGenerator } from './networks/mlp.ts';
export { loadModel, saveModel } from './folders/model-folder.ts';
export { loadWeights, weightsToSafetensors } from './folders/model-weights.ts';
export { noiseClassifier } from './networks/noise-classifier.ts';
export { presets } from './presets.ts';
export { registerLayers } from './layers/register-layers.ts';
export { vdmDenoiser } from './networks/vdm-denoiser.ts';
export type {
  DdganDiscriminatorConfig,
  HalfUnetDiscriminatorConfig,
  ResidualDiscriminatorConfig,
  UnetEncoderDiscriminatorConfig,
} from './config/ddgan-discriminator-config.ts';
export type {
  DdganGeneratorConfig,
  NcsnppGeneratorConfig,
  UnetGeneratorConfig,
} from './config/ddgan-generator-config.ts';
export type { DdpmUnetConfig } from './config/ddpm-unet-config.ts';
export type { ImageConfig } from './config/image-config.ts';
export type { LabelConfig } from './config/label-config.ts';
export type {
  MlpClassifierConfig,
  MlpConfig,
  MlpCriticConfig,
  MlpDenoiserConfig,
  MlpGeneratorConfig,
} from './config/mlp-config.ts';
export type { ModelConfig } from './config/model-config.ts';
export type { NoiseClassifierConfig } from './config/noise-classifier-config.ts';
export type { UnetShape } from './config/unet-shape.ts';
export type { TimeWaves } from './config/time-waves.ts';
export type { UnetMiddle, UnetVariations } from './config/unet-variations.ts';
export type { VdmDenoiserConfig } from './config/vdm-denoiser-config.ts';
export type { FactoryOptions } from './networks/factory-options.ts';
export type { LayoutName } from './layouts/layouts.ts';
export { wrapperPrefixes } from './layouts/layout.ts';
export type { MatchedWeights } from './folders/load-matching-weights.ts';
export type { LoadWeightsOptions, WeightsToSafetensorsOptions } from './folders/model-weights.ts';
export type { SaveModelOptions } from './folders/model-folder.ts';
export type { Preset } from './presets.ts';
