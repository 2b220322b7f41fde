import { object, type ObjectOf, oneOf, together } from '@diffgan/config';
import { classCount } from './bounds.ts';
import { imageFields } from './image-config.ts';
import { affordable, convolution, dense, norm, timeEmbedding, unetPartsCount } from './parameter-count.ts';
import { channelsDivide, unetParts } from './unet-parts.ts';
import { levelsHalveEvenly, type UnetShape, unetShapeFields } from './unet-shape.ts';
import { unetVariationFields, type UnetVariations } from './unet-variations.ts';

const fields = {
  kind: oneOf('noise-classifier'),
  /** Number of classes. */
  classes: classCount,
};

/** Configuration of {@link noiseClassifier}: the down half of a U-Net. */
export interface NoiseClassifierConfig
  extends UnetShape, Omit<UnetVariations, 'learnedVariance'>, ObjectOf<typeof fields> {}

/** The number of parameters of {@link noiseClassifier}. */
export function noiseClassifierParameters(config: NoiseClassifierConfig): number {
  const { baseChannels, channels, channelMultipliers, scaleShiftNorm, classes } = config;
  const timeWidth = 4 * baseChannels;
  const width = channelMultipliers[channelMultipliers.length - 1] * baseChannels;
  const down = unetParts(config).filter(({ name }) => name.startsWith('down.'));
  return (
    timeEmbedding(baseChannels, timeWidth) +
    convolution(channels, baseChannels) +
    unetPartsCount(down, { timeWidth, scaleShiftNorm }) +
    norm(width) +
    dense(width, classes)
  );
}

/** What {@link noiseClassifier} takes. */
export const noiseClassifierSchema = together(
  object<NoiseClassifierConfig>({ ...fields, ...imageFields, ...unetShapeFields, ...unetVariationFields }),
  levelsHalveEvenly,
  channelsDivide,
  affordable(noiseClassifierParameters),
);
