import { boolean, kinds, object, type ObjectOf, oneOf, optional, together } from '@diffgan/config';
import { takeLast } from '../take-last.ts';
import { count, width } from './bounds.ts';
import { imageFields, imageShape } from './image-config.ts';
import { type LabelConfig, labelFields } from './label-config.ts';
import {
  affordable,
  attention,
  convolution,
  dense,
  denseChain,
  norm,
  shortcut,
  timeEmbedding,
  unetPartsCount,
} from './parameter-count.ts';
import { unetParts } from './unet-parts.ts';
import { levelsHalveEvenly, type UnetShape, unetShapeFields } from './unet-shape.ts';

const kindField = {
  /** Kind of the network. */
  kind: oneOf('ddgan-generator'),
};

const generatorFields = {
  /** Width of the latent z. */
  latentDim: width,
  /** Width of the latent embedding. */
  latentWidth: width,
  /** Dense layers of the latent embedding. */
  latentLayers: count,
  /** Whether the result goes through tanh, and so stays in (−1, 1). @defaultValue true */
  tanh: optional(boolean()),
};

/** What the generators of denoising diffusion GANs have in common. */
interface GeneratorConfig
  extends ObjectOf<typeof kindField>, ObjectOf<typeof generatorFields>, UnetShape, Pick<LabelConfig, 'classes'> {}

const unetStyleFields = {
  /** The U-Net of DDPM. */
  style: oneOf('unet'),
  /** Which group norms of each block the latent scales and shifts: the second one, or both, as in NCSN++. @defaultValue `'second'` */
  latentNorms: optional(oneOf('second', 'both')),
  /** How images are halved and doubled: see {@link UnetVariations}. @defaultValue `'convolution'` */
  resampling: optional(oneOf('convolution', 'fir')),
};

/** Configuration of {@link ddganGenerator}: the U-Net of DDPM with embedding layers for the latent. */
export interface UnetGeneratorConfig extends GeneratorConfig, ObjectOf<typeof unetStyleFields> {}

/** Configuration of {@link ddganGenerator}: NCSN++ with adaptive group norm, the generator of the DDGAN paper. */
export interface NcsnppGeneratorConfig extends GeneratorConfig {
  /** NCSN++. */
  style: 'ncsnpp';
  /** Image heights with self-attention: after each block on the way down, after the last one on the way up, and always in the middle. */
  attentionResolutions: readonly number[];
}

/** Configuration of {@link ddganGenerator}; `style` tells them apart. */
export type DdganGeneratorConfig = UnetGeneratorConfig | NcsnppGeneratorConfig;

/** The number of parameters of {@link ddganGenerator}. */
export function ddganGeneratorParameters(config: DdganGeneratorConfig): number {
  const { baseChannels, channels, channelMultipliers, latentDim, latentWidth, latentLayers, classes } = config;
  const timeWidth = 4 * baseChannels;
  const width = channelMultipliers[0] * baseChannels;
  const conditioning = { timeWidth, styleWidth: latentWidth };
  const stylesBoth = config.style === 'unet' && config.latentNorms === 'both';
  return (
    timeEmbedding(baseChannels, timeWidth, { classes }) +
    denseChain([latentDim, ...Array<number>(latentLayers).fill(latentWidth)]) +
    convolution(channels, baseChannels) +
    (config.style === 'unet'
      ? unetPartsCount(unetParts(config), { ...conditioning, stylesBoth })
      : ncsnppParts(config, conditioning)) +
    norm(width) +
    convolution(width, channels)
  );
}

/** What lies between stem and output, in the order of computation. */
function ncsnppParts(
  config: NcsnppGeneratorConfig,
  { timeWidth, styleWidth }: Record<'timeWidth' | 'styleWidth', number>,
): number {
  const { baseChannels, channelMultipliers, blocksPerLevel, attentionResolutions } = config;
  const [height, , channels] = imageShape(config);
  let [sum, width, pyramid] = [0, baseChannels, channels];
  const skips = [width];
  const block = (from: number, to: number, resamples = false) => {
    sum += dense(styleWidth, 2 * from) + convolution(from, to) + dense(timeWidth, to);
    sum +=
      dense(styleWidth, 2 * to) + convolution(to, to) + (resamples ? convolution(from, to, 1) : shortcut(from, to));
    width = to;
  };
  const attend = (level: number) => {
    if (attentionResolutions.includes(height / 2 ** level)) sum += attention(width);
  };
  channelMultipliers.forEach((multiplier, level) => {
    for (let i = 0; i < blocksPerLevel; i++) {
      block(width, multiplier * baseChannels);
      attend(level);
      skips.push(width);
    }
    if (level === channelMultipliers.length - 1) return;
    block(width, width, true);
    sum += convolution(pyramid, width);
    pyramid = width;
    skips.push(width);
  });
  block(width, width);
  sum += attention(width);
  block(width, width);
  [...channelMultipliers.keys()].reverse().forEach((level) => {
    for (let i = 0; i <= blocksPerLevel; i++) block(width + takeLast(skips), channelMultipliers[level] * baseChannels);
    attend(level);
    if (level > 0) block(width, width, true);
  });
  return sum;
}

const fields = {
  ...kindField,
  ...imageFields,
  ...unetShapeFields,
  ...generatorFields,
  classes: labelFields.classes,
};
const rules = [levelsHalveEvenly, affordable(ddganGeneratorParameters)] as const;

/** What {@link ddganGenerator} takes. */
export const ddganGeneratorSchema = kinds('style', {
  unet: together(object<UnetGeneratorConfig>({ ...fields, ...unetStyleFields }), ...rules),
  ncsnpp: together(object<NcsnppGeneratorConfig>({ ...fields, style: oneOf('ncsnpp') }), ...rules),
});
