/** Shape of the images a network handles. */
export interface ImageConfig {
  /** Height and width, or one number for squares. */
  imageSize: number | readonly [height: number, width: number];
  /** Channels: 1 for grey, 3 for RGB. */
  channels: number;
}

/** The sizes of a U-Net. */
export interface UnetShape extends ImageConfig {
  /** Channels of the first level; a multiple of 4. */
  baseChannels: number;
  /** Channels of each level as multiples of `baseChannels`; one halving of the image between levels. */
  channelMultipliers: readonly number[];
  /** Residual blocks per level on the way down; one more on the way up. */
  blocksPerLevel: number;
  /** Image heights at which blocks are followed by self-attention, which is always there between the two blocks in the middle. */
  attentionResolutions: readonly number[];
}

/** What the descendants of DDPM's U-Net change; all defaults are those of DDPM. */
export interface UnetVariations {
  /** Share of the values that training drops before the last convolution of each block. @defaultValue 0 */
  dropout?: number;
  /** Heads of self-attention; must divide its channels. @defaultValue 1 */
  heads?: number;
  /** Channels of each head of self-attention, in the place of `heads`. */
  headChannels?: number;
  /**
   * Whether the step scales and shifts the second group norm of each block, instead of being added before it.
   * @defaultValue false
   */
  scaleShiftNorm?: boolean;
  /**
   * How images are halved and doubled: by a convolution (of stride 2, or after pixels are repeated), by averaging and repeating pixels
   * alone, or by residual blocks around these.
   * @defaultValue `'convolution'`
   */
  resampling?: 'convolution' | 'plain' | 'block';
  /** Where a convolution of stride 2 adds zeros: right and below, as TensorFlow does, or all around. @defaultValue `'end'` */
  downPadding?: 'end' | 'around';
  /** Groups of every group norm; must divide the channels. @defaultValue 32, fewer for less than 128 channels */
  groups?: number;
  /** Added to the variances of the group norms. @defaultValue 1e-6 */
  epsilon?: number;
  /** Whether the output has twice the channels: the prediction, then its variance. @defaultValue false */
  learnedVariance?: boolean;
}

/** What a network says of the class labels that it takes. */
export interface LabelConfig {
  /** Number of classes, for a network that also takes a label `[B]` from 0 to `classes − 1`. @defaultValue none */
  classes?: number;
  /** Whether the label `classes` stands for no class, which guidance without a classifier needs. @defaultValue false */
  nullClass?: boolean;
}

/** Configuration of {@link ddpmUnet}. */
export interface DdpmUnetConfig extends UnetShape, UnetVariations, LabelConfig {
  kind: 'ddpm-unet';
  /**
   * Whether the network also takes nine numbers `[B, 9]` that say how an image was moved, those of `augmentImages` of `@diffgan/training`;
   * all 0 for images as they are.
   * @defaultValue false
   */
  augmentationLabels?: boolean;
  /** Waves in the embedding of the step, a fourth of the width of its dense layers. @defaultValue `baseChannels` */
  timeChannels?: number;
  /** Whether the cosines come before the sines there. @defaultValue false */
  cosineFirst?: boolean;
  /** The frequencies there are 10000^(−i / (timeChannels/2 − frequencyShift)). @defaultValue 1 */
  frequencyShift?: 0 | 1;
}

/** What the generators of denoising diffusion GANs have in common. */
interface GeneratorConfig {
  kind: 'ddgan-generator';
  /** Width of the latent z. */
  latentDim: number;
  /** Width of the latent embedding. */
  latentWidth: number;
  /** Dense layers of the latent embedding. */
  latentLayers: number;
  /** Number of classes, for a generator that also takes a label `[B]` from 0 to `classes − 1`. @defaultValue none */
  classes?: number;
  /** Whether the result goes through tanh, and so stays in (−1, 1). @defaultValue true */
  tanh?: boolean;
}

/** Configuration of {@link ddganGenerator}: the U-Net of DDPM with embedding layers for the latent. */
export interface UnetGeneratorConfig extends GeneratorConfig, UnetShape {
  style: 'unet';
}

/** Configuration of {@link ddganGenerator}: NCSN++ with adaptive group norm, the generator of the DDGAN paper. */
export interface NcsnppGeneratorConfig extends GeneratorConfig, UnetShape {
  style: 'ncsnpp';
  /** Image heights with self-attention: after each block on the way down, after the last one on the way up, and always in the middle. */
  attentionResolutions: readonly number[];
}

/** Configuration of {@link ddganGenerator}; `style` tells them apart. */
export type DdganGeneratorConfig = UnetGeneratorConfig | NcsnppGeneratorConfig;

/** What the critics of denoising diffusion GANs have in common. */
interface CriticConfig extends ImageConfig {
  kind: 'ddgan-discriminator';
  /** Width of the step embedding. */
  timeWidth: number;
  /** Examples per group of the minibatch standard deviation; must divide the batch. */
  stddevGroup: number;
  /** Number of classes, for a critic that also takes a label `[B]` from 0 to `classes − 1`. @defaultValue none */
  classes?: number;
}

/** Configuration of {@link ddganDiscriminator}: half of a U-Net with a linear head. */
export interface HalfUnetDiscriminatorConfig extends CriticConfig {
  style: 'half-unet';
  /** Channels of the stem, then of each residual block. */
  widths: readonly number[];
  /** For each block, whether it halves the image. */
  downsample: readonly boolean[];
}

/** Configuration of {@link ddganDiscriminator}: the critics of the DDGAN paper. */
export interface ResidualDiscriminatorConfig extends CriticConfig {
  /** `'small'` halves the image three times (32²), `'large'` six times (256²). */
  style: 'small' | 'large';
  /** A half of the stem's channels, an eighth of the last block's. */
  baseChannels: number;
}

/** Configuration of {@link ddganDiscriminator}; `style` tells them apart. */
export type DdganDiscriminatorConfig = HalfUnetDiscriminatorConfig | ResidualDiscriminatorConfig;

/** Configuration of {@link vdmDenoiser}. */
export interface VdmDenoiserConfig extends ImageConfig {
  kind: 'vdm-denoiser';
  /** Channels of every block; a multiple of 4. */
  baseChannels: number;
  /** Residual blocks one way; there is one more on the way back, and two in the middle. */
  blocks: number;
  /** Share of the values that training drops before the last convolution of each block. @defaultValue 0 */
  dropout?: number;
  /** γ = −log SNR that the network sees as position 0: that of the data end. @defaultValue -13.3 */
  gamma0?: number;
  /** γ that it sees as position 1000: that of the noise end. @defaultValue 5 */
  gamma1?: number;
  /** n of the waves sin(2ⁿπz), cos(2ⁿπz) beside the input; an empty list for none. @defaultValue `[7, 8]` */
  fourierExponents?: readonly number[];
}

/** Configuration of {@link noiseClassifier}: the down half of a U-Net. */
export interface NoiseClassifierConfig extends UnetShape, Omit<UnetVariations, 'learnedVariance'> {
  kind: 'noise-classifier';
  /** Number of classes. */
  classes: number;
}

/** What the networks for vectors have in common. */
export interface MlpConfig {
  /** Length of a vector: 2 for points of the plane. */
  dim: number;
  /** Width of each hidden layer. */
  hidden: readonly number[];
  /** Width of the step embedding; even, at least 4. */
  timeWidth: number;
}

/** Configuration of {@link mlpDenoiser}. */
export interface MlpDenoiserConfig extends MlpConfig, LabelConfig {
  kind: 'mlp-denoiser';
}

/** Configuration of {@link mlpGenerator}. */
export interface MlpGeneratorConfig extends MlpConfig, LabelConfig {
  kind: 'mlp-generator';
  /** Width of the latent z. */
  latentDim: number;
}

/** Configuration of {@link mlpCritic}. */
export interface MlpCriticConfig extends MlpConfig, LabelConfig {
  kind: 'mlp-critic';
}

/** Configuration of {@link mlpClassifier}. */
export interface MlpClassifierConfig extends MlpConfig {
  kind: 'mlp-classifier';
  /** Number of classes. */
  classes: number;
}

/** Any network configuration; `kind` tells them apart. It is what `config.json` holds. */
export type ModelConfig =
  | DdpmUnetConfig
  | DdganGeneratorConfig
  | DdganDiscriminatorConfig
  | VdmDenoiserConfig
  | NoiseClassifierConfig
  | MlpDenoiserConfig
  | MlpGeneratorConfig
  | MlpCriticConfig
  | MlpClassifierConfig;
