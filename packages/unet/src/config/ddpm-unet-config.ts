import { boolean, type Misfit, object, type ObjectOf, oneOf, optional, together } from '@diffgan/config';
import { waves } from './bounds.ts';
import { imageFields } from './image-config.ts';
import { type LabelConfig, labelCount, labelFields, nullBesideClasses } from './label-config.ts';
import { affordable, convolution, norm, timeEmbedding, unetPartsCount } from './parameter-count.ts';
import { channelsDivide, unetParts } from './unet-parts.ts';
import { levelsHalveEvenly, type UnetShape, unetShapeFields } from './unet-shape.ts';
import { learnedVarianceField, unetVariationFields, type UnetVariations } from './unet-variations.ts';

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
  /** Waves in the embedding of the step, a fourth of the width of its dense layers. @defaultValue `baseChannels` */
  timeChannels: optional(waves),
  /** Whether the cosines come before the sines there. @defaultValue false */
  cosineFirst: optional(boolean()),
  /** The frequencies there are 10000^(−i / (timeChannels/2 − frequencyShift)). @defaultValue 1 */
  frequencyShift: optional(oneOf(0, 1)),
  /** Whether the result goes through tanh, as x̂_0 of a generator does; for networks that predict x̂_0. @defaultValue false */
  tanh: optional(boolean()),
};

/** Configuration of {@link ddpmUnet}. */
export interface DdpmUnetConfig
  extends UnetShape, UnetVariations, LabelConfig, ObjectOf<typeof kindField>, ObjectOf<typeof fields> {}

/** Numbers that say how an image was moved; `augmentImages` of `@diffgan/training` makes them. */
export const AUGMENTATION_LABELS = 9;

/** The number of parameters of {@link ddpmUnet}. */
export function ddpmUnetParameters(config: DdpmUnetConfig): number {
  const { baseChannels, channels, channelMultipliers, scaleShiftNorm, timeChannels = baseChannels } = config;
  const width = channelMultipliers[0] * baseChannels;
  const told = { classes: labelCount(config), augmentations: config.augmentationLabels ? AUGMENTATION_LABELS : 0 };
  return (
    timeEmbedding(timeChannels, 4 * timeChannels, told) +
    convolution(channels, baseChannels) +
    unetPartsCount(unetParts(config), { timeWidth: 4 * timeChannels, scaleShiftNorm }) +
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
    ...labelFields,
    ...fields,
  }),
  levelsHalveEvenly,
  nullBesideClasses,
  channelsDivide,
  noTanhOfVariances,
  affordable(ddpmUnetParameters),
);
