import type {
  DdpmUnetConfig,
  HalfUnetDiscriminatorConfig,
  ImageConfig,
  LabelConfig,
  MlpClassifierConfig,
  MlpConfig,
  MlpCriticConfig,
  MlpDenoiserConfig,
  MlpGeneratorConfig,
  NcsnppGeneratorConfig,
  NoiseClassifierConfig,
  ResidualDiscriminatorConfig,
  UnetEncoderDiscriminatorConfig,
  UnetGeneratorConfig,
  UnetShape,
  UnetVariations,
  VdmDenoiserConfig,
} from '@diffgan/unet';
import {
  boolean,
  either,
  type Fields,
  integer,
  kinds,
  listOf,
  number,
  object,
  oneOf,
  optional,
  required,
} from '../../config/check.ts';

// Bounds keep hostile files from asking for endless work; what fits together is checked by the factories of @diffgan/unet.
const width = integer(1, 2 ** 14);
const count = integer(1, 64);
const widths = listOf(width, { min: 1, max: 64 });
const share = number({ min: 0, below: 1 });
const classes = optional(width, 'Number of classes, for a network that is told the class.');

const labels: Fields<LabelConfig> = {
  classes,
  nullClass: optional(boolean, 'Whether there is a label for no class.'),
};

const image: Fields<ImageConfig> = {
  imageSize: required(either(width, listOf(width, { min: 2, max: 2 })), 'Height and width, or one number for squares.'),
  channels: required(width, '1 for grey, 3 for RGB.'),
};

const unet: Fields<UnetShape> = {
  ...image,
  baseChannels: required(width, 'Channels of the first level; a multiple of 4.'),
  channelMultipliers: required(widths, 'Channels of each level as multiples of baseChannels.'),
  blocksPerLevel: required(count, 'Residual blocks per level.'),
  attentionResolutions: required(listOf(width, { min: 0, max: 64 }), 'Image heights with self-attention.'),
};

const anyVariations: Fields<Omit<UnetVariations, 'learnedVariance'>> = {
  dropout: optional(share, 'Share of the values that training drops.'),
  heads: optional(width, 'Heads of self-attention.'),
  headChannels: optional(width, 'Channels of each head.'),
  scaleShiftNorm: optional(boolean, 'Whether the step scales and shifts a norm.'),
  resampling: optional(oneOf('convolution', 'plain', 'block', 'fir'), 'How images are halved and doubled.'),
  downPadding: optional(oneOf('end', 'around'), 'Where a convolution of stride 2 adds zeros.'),
  groups: optional(width, 'Groups of every group norm.'),
  epsilon: optional(number({ above: 0, max: 1 }), 'Added to the variances of the group norms.'),
};

const variations: Fields<UnetVariations> = {
  ...anyVariations,
  learnedVariance: optional(boolean, 'Whether the output has a variance too.'),
};

const kind = (name: string) => required(oneOf(name), 'Kind of the network.');
const style = (...names: string[]) => required(oneOf(...names), 'Style of the network.');

const generator = {
  kind: kind('ddgan-generator'),
  ...unet,
  latentDim: required(width, 'Width of the latent.'),
  latentWidth: required(width, 'Width of the latent embedding.'),
  latentLayers: required(count, 'Dense layers of the latent embedding.'),
  classes,
  tanh: optional(boolean, 'Whether the result goes through tanh.'),
};

const unetGenerator: Fields<UnetGeneratorConfig> = {
  ...generator,
  style: style('unet'),
  latentNorms: optional(oneOf('second', 'both'), 'Which group norms of each block the latent scales and shifts.'),
  resampling: optional(oneOf('convolution', 'fir'), 'How images are halved and doubled; fir blurs.'),
};

const ncsnppGenerator: Fields<NcsnppGeneratorConfig> = { ...generator, style: style('ncsnpp') };

const critic = {
  kind: kind('ddgan-discriminator'),
  ...image,
  timeWidth: required(width, 'Width of the step embedding.'),
  stddevGroup: required(width, 'Examples that the critic compares; must divide the batch.'),
  classes,
};

const headResolutions = optional(oneOf('last', 'all'), 'Which resolutions the linear head sees.');

const unetEncoder: Fields<UnetEncoderDiscriminatorConfig> = {
  kind: kind('ddgan-discriminator'),
  style: style('unet-encoder'),
  ...unet,
  classes,
  headResolutions,
};

const halfUnet: Fields<HalfUnetDiscriminatorConfig> = {
  ...critic,
  headResolutions,
  style: style('half-unet'),
  widths: required(widths, 'Channels of the stem, then of each block.'),
  downsample: required(listOf(boolean, { min: 1, max: 64 }), 'For each block, whether it halves the image.'),
};

const residual: Fields<ResidualDiscriminatorConfig> = {
  ...critic,
  style: style('small', 'large'),
  baseChannels: required(width, "Half of the stem's channels."),
};

const vdmDenoiser: Fields<VdmDenoiserConfig> = {
  kind: kind('vdm-denoiser'),
  ...image,
  baseChannels: required(width, 'Channels of every block; a multiple of 4.'),
  blocks: required(count, 'Residual blocks one way.'),
  dropout: optional(share, 'Share of the values that training drops.'),
  gamma0: optional(number(), 'γ of the data end.'),
  gamma1: optional(number(), 'γ of the noise end.'),
  fourierExponents: optional(listOf(integer(0, 32), { min: 0, max: 64 }), 'n of the waves beside the input.'),
};

const denoiser: Fields<DdpmUnetConfig> = {
  kind: kind('ddpm-unet'),
  ...unet,
  ...variations,
  ...labels,
  augmentationLabels: optional(boolean, 'Whether the network is told how images were moved.'),
  timeChannels: optional(width, 'Waves in the embedding of the step.'),
  cosineFirst: optional(boolean, 'Whether the cosines come first there.'),
  frequencyShift: optional(oneOf(0, 1), 'Shift of the frequencies there.'),
};

const classifier: Fields<NoiseClassifierConfig> = {
  kind: kind('noise-classifier'),
  ...unet,
  ...anyVariations,
  classes: required(width, 'Number of classes.'),
};

const mlp: Fields<MlpConfig> = {
  dim: required(width, 'Coordinates of a point.'),
  hidden: required(widths, 'Width of each hidden layer.'),
  timeWidth: required(width, 'Width of the step embedding.'),
};

const mlpDenoiser: Fields<MlpDenoiserConfig> = { kind: kind('mlp-denoiser'), ...mlp, ...labels };
const mlpGenerator: Fields<MlpGeneratorConfig> = {
  kind: kind('mlp-generator'),
  ...mlp,
  ...labels,
  latentDim: required(width, 'Width of the latent.'),
};
const mlpCritic: Fields<MlpCriticConfig> = { kind: kind('mlp-critic'), ...mlp, ...labels };

const mlpClassifier: Fields<MlpClassifierConfig> = {
  kind: kind('mlp-classifier'),
  ...mlp,
  classes: required(width, 'Number of classes.'),
};

const checks = {
  'ddpm-unet': object<DdpmUnetConfig>(denoiser),
  'ddgan-generator': kinds('style', {
    unet: object<UnetGeneratorConfig>(unetGenerator),
    ncsnpp: object<NcsnppGeneratorConfig>(ncsnppGenerator),
  }),
  'ddgan-discriminator': kinds('style', {
    'half-unet': object<HalfUnetDiscriminatorConfig>(halfUnet),
    'unet-encoder': object<UnetEncoderDiscriminatorConfig>(unetEncoder),
    small: object<ResidualDiscriminatorConfig>(residual),
    large: object<ResidualDiscriminatorConfig>(residual),
  }),
  'vdm-denoiser': object<VdmDenoiserConfig>(vdmDenoiser),
  'noise-classifier': object<NoiseClassifierConfig>(classifier),
  'mlp-denoiser': object<MlpDenoiserConfig>(mlpDenoiser),
  'mlp-generator': object<MlpGeneratorConfig>(mlpGenerator),
  'mlp-critic': object<MlpCriticConfig>(mlpCritic),
  'mlp-classifier': object<MlpClassifierConfig>(mlpClassifier),
};

/** A network of one of some kinds. */
export const network = (...names: (keyof typeof checks)[]) =>
  kinds('kind', Object.fromEntries(names.map((name) => [name, checks[name]])));
