import type {
  DdpmUnetConfig,
  HalfUnetDiscriminatorConfig,
  MlpClassifierConfig,
  MlpCriticConfig,
  MlpDenoiserConfig,
  MlpGeneratorConfig,
  NcsnppGeneratorConfig,
  NoiseClassifierConfig,
  ResidualDiscriminatorConfig,
  UnetGeneratorConfig,
  UnetShape,
  VdmDenoiserConfig,
} from '@diffgan/unet';

const shape: UnetShape = {
  imageSize: 8,
  channels: 1,
  baseChannels: 4,
  channelMultipliers: [1, 2],
  blocksPerLevel: 1,
  attentionResolutions: [4],
};
/** The smallest networks that have every kind of layer. */
export const denoiser: DdpmUnetConfig = { kind: 'ddpm-unet', ...shape };

/** What the descendants of DDPM change, all of it. */
export const variations: DdpmUnetConfig = {
  ...denoiser,
  dropout: 0.2,
  headChannels: 2,
  scaleShiftNorm: true,
  resampling: 'block',
  groups: 2,
  epsilon: 1e-5,
  learnedVariance: true,
  classes: 3,
  nullClass: true,
  timeChannels: 6,
  cosineFirst: true,
  frequencyShift: 0,
};

export const generator: UnetGeneratorConfig = {
  ...shape,
  kind: 'ddgan-generator',
  style: 'unet',
  latentDim: 3,
  latentWidth: 5,
  latentLayers: 2,
};

export const critic: HalfUnetDiscriminatorConfig = {
  kind: 'ddgan-discriminator',
  style: 'half-unet',
  imageSize: 8,
  channels: 1,
  widths: [4, 8],
  downsample: [true],
  timeWidth: 4,
  stddevGroup: 2,
};

export const ncsnpp: NcsnppGeneratorConfig = {
  kind: 'ddgan-generator',
  style: 'ncsnpp',
  imageSize: [8, 4],
  channels: 2,
  baseChannels: 4,
  channelMultipliers: [1, 2, 2],
  blocksPerLevel: 1,
  attentionResolutions: [4],
  latentDim: 3,
  latentWidth: 5,
  latentLayers: 3,
};

/** 12 rows halve to 6, 3 and 1. */
export const smallCritic: ResidualDiscriminatorConfig = {
  kind: 'ddgan-discriminator',
  style: 'small',
  imageSize: [12, 8],
  channels: 1,
  baseChannels: 2,
  timeWidth: 8,
  stddevGroup: 4,
};

export const largeCritic: ResidualDiscriminatorConfig = {
  kind: 'ddgan-discriminator',
  style: 'large',
  imageSize: 64,
  channels: 1,
  baseChannels: 1,
  timeWidth: 4,
  stddevGroup: 4,
};

export const vdm: VdmDenoiserConfig = {
  kind: 'vdm-denoiser',
  imageSize: 4,
  channels: 1,
  baseChannels: 8,
  blocks: 1,
};

export const classifier: NoiseClassifierConfig = {
  kind: 'noise-classifier',
  imageSize: [4, 8],
  channels: 2,
  baseChannels: 8,
  channelMultipliers: [1, 2],
  blocksPerLevel: 1,
  attentionResolutions: [2],
  classes: 3,
};

/** What those of guided-diffusion have, too. */
export const guidedClassifier: NoiseClassifierConfig = {
  ...classifier,
  ...{ middle: 'attention', pool: 'attention', heads: 2, timeChannels: 6, cosineFirst: true, frequencyShift: 0 },
};

const mlp = { dim: 2, hidden: [10, 12], timeWidth: 6 };
export const mlpDenoiser: MlpDenoiserConfig = { kind: 'mlp-denoiser', ...mlp };
export const mlpGenerator: MlpGeneratorConfig = { kind: 'mlp-generator', ...mlp, latentDim: 3 };
export const mlpCritic: MlpCriticConfig = { kind: 'mlp-critic', ...mlp };
export const mlpClassifier: MlpClassifierConfig = { kind: 'mlp-classifier', ...mlp, classes: 3 };

/** Networks that are told more than noise and position. */
export const toldDenoiser: DdpmUnetConfig = { ...denoiser, classes: 3, augmentationLabels: true };
export const toldMlpDenoiser: MlpDenoiserConfig = { ...mlpDenoiser, classes: 3, nullClass: true };
export const toldMlpGenerator: MlpGeneratorConfig = { ...mlpGenerator, classes: 3 };
export const toldMlpCritic: MlpCriticConfig = { ...mlpCritic, classes: 3 };
