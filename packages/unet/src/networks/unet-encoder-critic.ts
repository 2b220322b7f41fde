import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { UnetEncoderDiscriminatorConfig } from '../config/ddgan-discriminator-config.ts';
import { normSilu } from '../layers/graph.ts';
import { Blocks, downPath } from './unet-trunk.ts';

/** Normed features of each resolution that the head sees, from the finest on: the way down of DDPM's U-Net on the pair of images. */
export function unetEncoderCritic(
  pair: SymbolicTensor,
  time: SymbolicTensor,
  config: UnetEncoderDiscriminatorConfig,
): SymbolicTensor[] {
  const { blocksPerLevel, channelMultipliers, headResolutions } = config;
  const blocks = new Blocks({ time }, config);
  const path = downPath(pair, blocks);
  // the stem comes first, then each level's blocks, and what is halved between levels
  const levels = channelMultipliers.map((_, level) => path[blocksPerLevel * (level + 1) + level]);
  const features = levels.map((h, level) => ({ h, name: `head.${level}.norm` }));
  const seen = headResolutions === 'all' ? features : features.slice(-1);
  return seen.map(({ h, name }) => normSilu(h, name, blocks.norm));
}
