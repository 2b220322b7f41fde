/** Shape of the images a network handles. */
export interface ImageConfig {
  /** Height and width, or one number for squares. */
  imageSize: number | readonly [height: number, width: number];
  /** Channels: 1 for grey, 3 for RGB. */
  channels: number;
}

/** Configuration of {@link ddpmUnet}. */
export interface DdpmUnetConfig extends ImageConfig {
  kind: 'ddpm-unet';
  /** Channels of the first level. */
  baseChannels: number;
  /** Channels of each level as multiples of `baseChannels`; one halving of the image between levels. */
  channelMultipliers: readonly number[];
  /** Residual blocks per level on the way down; one more on the way up. */
  blocksPerLevel: number;
  /** Image heights at which blocks are followed by self-attention. */
  attentionResolutions: readonly number[];
}

/** Configuration of {@link ddganGenerator}: a U-Net with embedding layers for the latent. */
export interface DdganGeneratorConfig extends Omit<DdpmUnetConfig, 'kind'> {
  kind: 'ddgan-generator';
  /** The architecture. */
  style: 'unet';
  /** Width of the latent z. */
  latentDim: number;
  /** Width of the latent embedding. */
  latentWidth: number;
  /** Dense layers of the latent embedding. */
  latentLayers: number;
}

/** Configuration of {@link ddganDiscriminator}: half of a U-Net with a linear head. */
export interface DdganDiscriminatorConfig extends ImageConfig {
  kind: 'ddgan-discriminator';
  /** The architecture. */
  style: 'half-unet';
  /** Channels of the stem, then of each residual block. */
  widths: readonly number[];
  /** For each block, whether it halves the image. */
  downsample: readonly boolean[];
  /** Width of the step embedding. */
  timeWidth: number;
  /** Examples per group of the minibatch standard deviation; must divide the batch. */
  stddevGroup: number;
}

/** Any network configuration; `kind` tells them apart. It is what `config.json` holds. */
export type ModelConfig = DdpmUnetConfig | DdganGeneratorConfig | DdganDiscriminatorConfig;
