import { boolean, number, type ObjectOf, oneOf, optional } from '@diffgan/config';
import { share, width } from './bounds.ts';

export const unetVariationFields = {
  /** Share of the values that training drops before the last convolution of each block. @defaultValue 0 */
  dropout: optional(share),
  /** Heads of self-attention; must divide its channels. @defaultValue 1 */
  heads: optional(width),
  /** Channels of each head of self-attention, in the place of `heads`. */
  headChannels: optional(width),
  /**
   * Whether the step scales and shifts the second group norm of each block, instead of being added before it.
   * @defaultValue false
   */
  scaleShiftNorm: optional(boolean()),
  /**
   * How images are halved and doubled: by a convolution (of stride 2, or after pixels are repeated), by averaging and repeating pixels
   * alone, by residual blocks around these, or by the filter [1, 3, 3, 1] and a convolution (Zhang 2019), which leaves no checkerboard.
   * @defaultValue `'convolution'`
   */
  resampling: optional(oneOf('convolution', 'plain', 'block', 'fir')),
  /** Where a convolution of stride 2 adds zeros: right and below, as TensorFlow does, or all around. @defaultValue `'end'` */
  downPadding: optional(oneOf('end', 'around')),
  /** Groups of every group norm; must divide the channels. @defaultValue 32, fewer for less than 128 channels */
  groups: optional(width),
  /** Added to the variances of the group norms. @defaultValue 1e-6 */
  epsilon: optional(number({ above: 0, max: 1 })),
};

export const learnedVarianceField = {
  /** Whether the output has twice the channels: the prediction, then its variance. @defaultValue false */
  learnedVariance: optional(boolean()),
};

export const middleField = {
  /**
   * What stands at the coarsest level after the way down: two blocks with self-attention between them, the same where that attention has
   * no group norm (as diffusers makes them beside `scaleShiftNorm`), the blocks alone, or nothing.
   * @defaultValue `'attention'`; `'none'` of a classifier
   */
  middle: optional(oneOf('attention', 'unnormed-attention', 'blocks', 'none')),
};

/** The middle of a U-Net. */
export interface UnetMiddle extends ObjectOf<typeof middleField> {}

/** What the descendants of DDPM's U-Net change; all defaults are those of DDPM. */
export interface UnetVariations extends ObjectOf<typeof unetVariationFields>, ObjectOf<typeof learnedVarianceField> {}
