import { boolean, type Misfit, object, type ObjectOf, oneOf, optional, together } from '@diffgan/config';
import { imageFields } from './image-config.ts';
import { type LabelConfig, labelCount, labelFields, nullBesideClasses } from './label-config.ts';
import { affordable, convolution, norm, timeEmbedding, unetPartsCount } from './parameter-count.ts';
import { type TimeWaves, timeWaves, timeWavesFields } from './time-waves.ts';
import { channelsDivide, unetParts } from './unet-parts.ts';
import { levelsHalveEvenly, type UnetShape, unetShapeFields } from './unet-shape.ts';
import {
  learnedVarianceField,
  middleField,
  type UnetMiddle,
  unetVariationFields,
  type UnetVariations,
} from './unet-variations.ts';

const kindField = {
  /** Kind of the network. */
  kind: oneOf('ddpm-unet'),
};

const fields = {
  /**
   * Whether the network also takes nine numbers `[B, 9]` that say how an image was moved, those of `augmentImages` of `@diffgan/training`;
   * all 0 for images as they are.
   * @defaultValue false
   */
  augmentationLabels: optional(boolean()),
  /** Whether the result goes through tanh, as x̂_0 of a generator does; for networks that predict x̂_0. @defaultValue false */
  tanh: optional(boolean()),
};

/** Configuration of {@link ddpmUnet}. */
export interface DdpmUnetConfig
  extends
    UnetShape,
    UnetVariations,
    UnetMiddle,
    TimeWaves,
    LabelConfig,
    ObjectOf<typeof kindField>,
    ObjectOf<typeof fields> {}

/** Numbers that say how an image was moved; `augmentImages` of `@diffgan/training` makes them. */
export const AUGMENTATION_LABELS = 9;

/** The number of parameters of {@link ddpmUnet}. */
export function ddpmUnetParameters(config: DdpmUnetConfig): number {
  const { baseChannels, channels, channelMultipliers, scaleShiftNorm } = config;
  const { sinusoid, hidden } = timeWaves(config);
  const width = channelMultipliers[0] * baseChannels;
  const told = { classes: labelCount(config), augmentations: config.augmentationLabels ? AUGMENTATION_LABELS : 0 };
  return (
    timeEmbedding(sinusoid, hidden, told) +
    convolution(channels, baseChannels) +
    unetPartsCount(unetParts(config), { timeWidth: hidden, scaleShiftNorm }) +
    norm(width) +
    convolution(width, config.learnedVariance ? 2 * channels : channels)
  );
}

/** A variance has no such bounds. */
const noTanhOfVariances = ({ tanh, learnedVariance }: DdpmUnetConfig): Misfit | undefined =>
  tanh && learnedVariance ? { field: 'tanh', problem: 'that cannot be with learnedVariance' } : undefined;

/** What {@link ddpmUnet} takes. */
export const ddpmUnetSchema = together(
  object<DdpmUnetConfig>({
    ...kindField,
    ...imageFields,
    ...unetShapeFields,
    ...unetVariationFields,
    ...learnedVarianceField,
    ...middleField,
    ...labelFields,
    ...timeWavesFields,
    ...fields,
  }),
  levelsHalveEvenly,
  nullBesideClasses,
  channelsDivide,
  noTanhOfVariances,
  affordable(ddpmUnetParameters),
);
