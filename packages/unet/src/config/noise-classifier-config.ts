import { object, type ObjectOf, oneOf, optional, together } from '@diffgan/config';
import { classCount } from './bounds.ts';
import { imageFields, imageShape } from './image-config.ts';
import { affordable, convolution, dense, norm, timeEmbedding, unetPartsCount } from './parameter-count.ts';
import { type TimeWaves, timeWaves, timeWavesFields } from './time-waves.ts';
import { channelsDivide, headCount, type UnetPart, unetParts } from './unet-parts.ts';
import { levelsHalveEvenly, type UnetShape, unetShapeFields } from './unet-shape.ts';
import { middleField, type UnetMiddle, unetVariationFields, type UnetVariations } from './unet-variations.ts';

const kindField = {
  /** Kind of the network. */
  kind: oneOf('noise-classifier'),
};

const fields = {
  /** Number of classes. */
  classes: classCount,
  /** How the pixels of the last features become one vector: their mean, or attention in which that mean asks all of them. @defaultValue `'mean'` */
  pool: optional(oneOf('mean', 'attention')),
};

/** Configuration of {@link noiseClassifier}: the down half of a U-Net. */
export interface NoiseClassifierConfig
  extends
    UnetShape,
    Omit<UnetVariations, 'learnedVariance'>,
    UnetMiddle,
    TimeWaves,
    ObjectOf<typeof kindField>,
    ObjectOf<typeof fields> {}

/** The parts between stem and head, in the order of computation. */
export const noiseClassifierParts = (config: NoiseClassifierConfig): UnetPart[] =>
  unetParts({ middle: 'none', ...config }).filter(({ name }) => !name.startsWith('up.'));

/** Height, width and channels of the features that the head sees. */
export function headShape(config: NoiseClassifierConfig): [height: number, width: number, channels: number] {
  const [height, width] = imageShape(config);
  const levels = config.channelMultipliers.length;
  const halved = 2 ** (levels - 1);
  return [height / halved, width / halved, config.channelMultipliers[levels - 1] * config.baseChannels];
}

/** The number of parameters of {@link noiseClassifier}. */
export function noiseClassifierParameters(config: NoiseClassifierConfig): number {
  const { baseChannels, channels, scaleShiftNorm, classes, pool } = config;
  const { sinusoid, hidden } = timeWaves(config);
  const [height, width, features] = headShape(config);
  const asked = pool === 'attention' ? (height * width + 1) * features + 3 * dense(features, features) : 0;
  return (
    timeEmbedding(sinusoid, hidden) +
    convolution(channels, baseChannels) +
    unetPartsCount(noiseClassifierParts(config), { timeWidth: hidden, scaleShiftNorm }) +
    norm(features) +
    asked +
    dense(features, classes)
  );
}

/** What {@link noiseClassifier} takes. */
export const noiseClassifierSchema = together(
  object<NoiseClassifierConfig>({
    ...kindField,
    ...imageFields,
    ...unetShapeFields,
    ...unetVariationFields,
    ...middleField,
    ...timeWavesFields,
    ...fields,
  }),
  levelsHalveEvenly,
  (config) => channelsDivide(config, headParts(config)),
  affordable(noiseClassifierParameters),
);

/** The parts whose channels must divide, with the attention of the head among them. */
function headParts(config: NoiseClassifierConfig): UnetPart[] {
  const parts = noiseClassifierParts(config);
  const [, , channels] = headShape(config);
  const head = { kind: 'attention', name: 'head', channels, heads: headCount(config, channels), normed: true } as const;
  return config.pool === 'attention' ? [...parts, head] : parts;
}
