import { boolean, integer, kinds, listOf, type Misfit, object, type ObjectOf, oneOf, together } from '@diffgan/config';
import { MAX_WIDTH, waves, width, widths } from './bounds.ts';
import { criticDesigns } from './critic-designs.ts';
import { halvesEvenly, type ImageConfig, imageFields, imageShape } from './image-config.ts';
import { type LabelConfig, labelFields } from './label-config.ts';
import { affordable, convolution, dense, shortcut, timeEmbedding } from './parameter-count.ts';

const criticFields = {
  kind: oneOf('ddgan-discriminator'),
  /** Width of the step embedding; even, at least 4. */
  timeWidth: waves,
  /** Examples per group of the minibatch standard deviation; must divide the batch. */
  stddevGroup: width,
};

/** What the critics of denoising diffusion GANs have in common. */
interface CriticConfig extends ImageConfig, ObjectOf<typeof criticFields>, Pick<LabelConfig, 'classes'> {}

const halfUnetFields = {
  style: oneOf('half-unet'),
  /** Channels of the stem, then of each residual block. */
  widths: widths(2),
  /** For each block, whether it halves the image. */
  downsample: listOf(boolean(), { min: 1, max: 63 }),
};

/** Configuration of {@link ddganDiscriminator}: half of a U-Net with a linear head. */
export interface HalfUnetDiscriminatorConfig extends CriticConfig, ObjectOf<typeof halfUnetFields> {}

const residualFields = {
  /** `'small'` halves the image three times (32²), `'large'` six times (256²). */
  style: oneOf('small', 'large'),
  /** A half of the stem's channels, an eighth of the last block's. */
  baseChannels: integer(1, MAX_WIDTH / 8),
};

/** Configuration of {@link ddganDiscriminator}: the critics of the DDGAN paper. */
export interface ResidualDiscriminatorConfig extends CriticConfig, ObjectOf<typeof residualFields> {}

/** Configuration of {@link ddganDiscriminator}; `style` tells them apart. */
export type DdganDiscriminatorConfig = HalfUnetDiscriminatorConfig | ResidualDiscriminatorConfig;

/** The number of parameters of {@link ddganDiscriminator}. */
export function ddganDiscriminatorParameters(config: DdganDiscriminatorConfig): number {
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
    dense(last, 1)
  );
}

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

const fields = { ...criticFields, ...imageFields, classes: labelFields.classes };
const fits = affordable(ddganDiscriminatorParameters);
const residualSchema = together(
  object<ResidualDiscriminatorConfig>({ ...fields, ...residualFields }),
  leavesAPixel,
  fits,
);

/** What {@link ddganDiscriminator} takes. */
export const ddganDiscriminatorSchema = kinds('style', {
  'half-unet': together(
    object<HalfUnetDiscriminatorConfig>({ ...fields, ...halfUnetFields }),
    oneChoicePerBlock,
    (config) => halvesEvenly(config, config.downsample.filter(Boolean).length),
    fits,
  ),
  small: residualSchema,
  large: residualSchema,
});
