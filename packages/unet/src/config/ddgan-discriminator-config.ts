import {
  boolean,
  integer,
  kinds,
  listOf,
  type Misfit,
  object,
  type ObjectOf,
  oneOf,
  optional,
  together,
} from '@diffgan/config';
import { MAX_WIDTH, waves, width, widths } from './bounds.ts';
import { criticDesigns } from './critic-designs.ts';
import { halvesEvenly, type ImageConfig, imageFields, imageShape } from './image-config.ts';
import { type LabelConfig, labelFields } from './label-config.ts';
import { affordable, convolution, dense, norm, shortcut, timeEmbedding, unetPartsCount } from './parameter-count.ts';
import { unetParts } from './unet-parts.ts';
import { levelsHalveEvenly, type UnetShape, unetShapeFields } from './unet-shape.ts';

const kindField = {
  /** Kind of the network. */
  kind: oneOf('ddgan-discriminator'),
};

const criticFields = {
  /** Width of the step embedding; even, at least 4. */
  timeWidth: waves,
  /** Examples per group of the minibatch standard deviation; must divide the batch. */
  stddevGroup: width,
};

/** What the critics of denoising diffusion GANs have in common. */
interface CriticConfig
  extends ImageConfig, ObjectOf<typeof kindField>, ObjectOf<typeof criticFields>, Pick<LabelConfig, 'classes'> {}

const headFields = {
  /**
   * Whether the linear head sees the features of the last resolution, or those of all, which is a head for each whose logits are added up.
   * @defaultValue `'last'`
   */
  headResolutions: optional(oneOf('last', 'all')),
};

const halfUnetFields = {
  /** Residual blocks of any widths. */
  style: oneOf('half-unet'),
  /** Channels of the stem, then of each residual block. */
  widths: widths(2),
  /** For each block, whether it halves the image. */
  downsample: listOf(boolean(), { min: 1, max: 63 }),
};

/** Configuration of {@link ddganDiscriminator}: residual blocks of any widths on the way down, without normalisation. */
export interface HalfUnetDiscriminatorConfig
  extends CriticConfig, ObjectOf<typeof headFields>, ObjectOf<typeof halfUnetFields> {}

const encoderFields = {
  /** The way down of the U-Net of DDPM. */
  style: oneOf('unet-encoder'),
};

/** Configuration of {@link ddganDiscriminator}: the way down of DDPM's U-Net, as it is, with a linear head. */
export interface UnetEncoderDiscriminatorConfig
  extends
    UnetShape,
    ObjectOf<typeof kindField>,
    ObjectOf<typeof headFields>,
    ObjectOf<typeof encoderFields>,
    Pick<LabelConfig, 'classes'> {}

const residualFields = {
  /** `'small'` halves the image three times (32²), `'large'` six times (256²). */
  style: oneOf('small', 'large'),
  /** A half of the stem's channels, an eighth of the last block's. */
  baseChannels: integer(1, MAX_WIDTH / 8),
};

/** Configuration of {@link ddganDiscriminator}: the critics of the DDGAN paper. */
export interface ResidualDiscriminatorConfig extends CriticConfig, ObjectOf<typeof residualFields> {}

/** Configuration of {@link ddganDiscriminator}; `style` tells them apart. */
export type DdganDiscriminatorConfig =
  HalfUnetDiscriminatorConfig | ResidualDiscriminatorConfig | UnetEncoderDiscriminatorConfig;

/** The number of parameters of {@link ddganDiscriminator}. */
export const ddganDiscriminatorParameters = (config: DdganDiscriminatorConfig): number =>
  config.style === 'unet-encoder' ? encoderParameters(config) : convolutionalParameters(config);

function encoderParameters(config: UnetEncoderDiscriminatorConfig): number {
  const { baseChannels, channels, channelMultipliers, classes } = config;
  const timeWidth = 4 * baseChannels;
  const widths = channelMultipliers.map((multiplier) => multiplier * baseChannels);
  const seen = config.headResolutions === 'all' ? widths : widths.slice(-1);
  return (
    timeEmbedding(baseChannels, timeWidth, { classes }) +
    convolution(2 * channels, baseChannels) +
    unetPartsCount(
      unetParts(config).filter(({ name }) => name.startsWith('down.')),
      { timeWidth },
    ) +
    seen.reduce((sum, width) => sum + norm(width) + width, 1)
  );
}

function convolutionalParameters(config: HalfUnetDiscriminatorConfig | ResidualDiscriminatorConfig): number {
  const { channels, timeWidth, classes } = config;
  const halfUnet = config.style === 'half-unet';
  const [stem, ...blocks] = halfUnet ? config.widths : residualWidths(config);
  const last = [stem, ...blocks][blocks.length];
  return (
    timeEmbedding(timeWidth, timeWidth, { classes }) +
    convolution(2 * channels, stem, halfUnet ? 3 : 1) +
    blocks.reduce((sum, to, i) => {
      const from = [stem, ...blocks][i];
      const bypass = halfUnet ? shortcut(from, to) : from * to;
      return sum + convolution(from, to) + dense(timeWidth, to) + convolution(to, to) + bypass;
    }, 0) +
    convolution(last + 1, last) +
    dense(last, 1) +
    (halfUnet ? finerWidths(config).reduce((sum, width) => sum + convolution(width, width) + width, 0) : 0)
  );
}

/** Channels of the resolutions besides the last one that the head sees. */
const finerWidths = ({ headResolutions, widths, downsample }: HalfUnetDiscriminatorConfig): number[] =>
  headResolutions === 'all' ? widths.filter((_, i) => downsample[i]) : [];

const residualWidths = ({ style, baseChannels }: ResidualDiscriminatorConfig): number[] =>
  [2, ...criticDesigns[style].widths].map((width) => width * baseChannels);

function oneChoicePerBlock({ widths, downsample }: HalfUnetDiscriminatorConfig): Misfit | undefined {
  const blocks = widths.length - 1;
  if (downsample.length === blocks) return undefined;
  return { field: 'downsample', problem: `it needs one boolean for each of the ${blocks} blocks after the stem` };
}

/** Halving rounds down in these critics, so that any size will do that leaves a pixel. */
function leavesAPixel(config: ResidualDiscriminatorConfig): Misfit | undefined {
  const { style } = config;
  const { widths, firstHalving } = criticDesigns[style];
  const halvings = widths.length - firstHalving;
  const [height, width] = imageShape(config);
  if (Math.min(height, width) >= 2 ** halvings) return undefined;
  return {
    field: 'imageSize',
    problem:
      `the ${style} critic halves it ${halvings} times, so height and width must be at least ${2 ** halvings}. ` +
      `Use ${style === 'large' ? "style 'small' or " : ''}'half-unet', or pad the images`,
  };
}

const fields = { ...kindField, ...imageFields, ...criticFields, classes: labelFields.classes };
const fits = affordable(ddganDiscriminatorParameters);
const residualSchema = together(
  object<ResidualDiscriminatorConfig>({ ...fields, ...residualFields }),
  leavesAPixel,
  fits,
);

/** What {@link ddganDiscriminator} takes. */
export const ddganDiscriminatorSchema = kinds('style', {
  'half-unet': together(
    object<HalfUnetDiscriminatorConfig>({ ...fields, ...halfUnetFields, ...headFields }),
    oneChoicePerBlock,
    (config) => halvesEvenly(config, config.downsample.filter(Boolean).length),
    fits,
  ),
  'unet-encoder': together(
    object<UnetEncoderDiscriminatorConfig>({
      ...kindField,
      ...encoderFields,
      ...imageFields,
      ...unetShapeFields,
      classes: labelFields.classes,
      ...headFields,
    }),
    levelsHalveEvenly,
    fits,
  ),
  small: residualSchema,
  large: residualSchema,
});
