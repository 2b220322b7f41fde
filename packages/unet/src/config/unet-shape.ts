import { type Misfit, type ObjectOf } from '@diffgan/config';
import { channelsInFours, count, widths } from './bounds.ts';
import { halvesEvenly, type ImageConfig } from './image-config.ts';

export const unetShapeFields = {
  /** Channels of the first level; a multiple of 4. */
  baseChannels: channelsInFours,
  /** Channels of each level as multiples of `baseChannels`; one halving of the image between levels. */
  channelMultipliers: widths(1),
  /** Residual blocks per level on the way down; one more on the way up. */
  blocksPerLevel: count,
  /** Image heights at which blocks are followed by self-attention, which is always there between the two blocks in the middle. */
  attentionResolutions: widths(0),
};

/** The sizes of a U-Net. */
export interface UnetShape extends ImageConfig, ObjectOf<typeof unetShapeFields> {}

/** Images are halved between levels. */
export const levelsHalveEvenly = (config: UnetShape): Misfit | undefined =>
  halvesEvenly(config, config.channelMultipliers.length - 1);
