import type { Misfit } from '@diffgan/config';
import { takeLast } from '../take-last.ts';
import { imageShape } from './image-config.ts';
import type { UnetShape } from './unet-shape.ts';
import type { UnetMiddle, UnetVariations } from './unet-variations.ts';

/** A part of the U-Net between its stem and its output, by the name that its layers begin with. */
export type UnetPart =
  | { kind: 'block'; name: string; from: number; to: number }
  | { kind: 'attention'; name: string; channels: number; heads: number; normed: boolean }
  | { kind: 'convolution'; name: string; channels: number }
  | { kind: 'plain'; name: string; channels: number };
/** The heads of an attention over so many channels. */
export const headCount = ({ heads = 1, headChannels }: UnetVariations, channels: number): number =>
  headChannels === undefined ? heads : channels / headChannels;

/** The parts of a U-Net in the order of computation. */
export function unetParts(config: UnetShape & UnetVariations & UnetMiddle): UnetPart[] {
  const { baseChannels, channelMultipliers, blocksPerLevel, attentionResolutions } = config;
  const { resampling = 'convolution', middle = 'attention' } = config;
  const [height] = imageShape(config);
  const parts: UnetPart[] = [];
  const skips = [baseChannels];
  let channels = baseChannels;

  const block = (name: string, from: number, to: number) => {
    parts.push({ kind: 'block', name, from, to });
    channels = to;
  };
  const attention = (name: string, normed = true) =>
    parts.push({ kind: 'attention', name, channels, heads: headCount(config, channels), normed });
  const attended = (name: string, level: number) => {
    if (attentionResolutions.includes(height / 2 ** level)) attention(name);
  };
  const resample = (name: string) => {
    if (resampling === 'block') parts.push({ kind: 'block', name, from: channels, to: channels });
    else parts.push({ kind: resampling === 'plain' ? 'plain' : 'convolution', name, channels });
  };

  channelMultipliers.forEach((multiplier, level) => {
    for (let i = 0; i < blocksPerLevel; i++) {
      block(`down.${level}.${i}`, channels, multiplier * baseChannels);
      attended(`down.${level}.${i}`, level);
      skips.push(channels);
    }
    if (level === channelMultipliers.length - 1) return;
    resample(`down.${level}.half`);
    skips.push(channels);
  });
  if (middle !== 'none') {
    block('middle.0', channels, channels);
    if (middle !== 'blocks') attention('middle', middle === 'attention');
    block('middle.1', channels, channels);
  }
  [...channelMultipliers.keys()].reverse().forEach((level) => {
    for (let i = 0; i <= blocksPerLevel; i++) {
      block(`up.${level}.${i}`, channels + takeLast(skips), channelMultipliers[level] * baseChannels);
      attended(`up.${level}.${i}`, level);
    }
    if (level > 0) resample(`up.${level}.double`);
  });
  return parts;
}

/** The channels of every attention must split into heads, and those of every norm into groups. */
export function channelsDivide(
  config: UnetShape & UnetVariations & UnetMiddle,
  parts: readonly UnetPart[] = unetParts(config),
): Misfit | undefined {
  const { heads, headChannels, groups, baseChannels } = config;
  if (heads !== undefined && headChannels !== undefined)
    return { field: 'headChannels', problem: `heads is ${heads}, and only one of them can be given` };
  const attended = parts.flatMap((part) => (part.kind === 'attention' ? [part.channels] : []));
  const normed = parts.flatMap((part) => (part.kind === 'block' ? [part.from, part.to] : []));
  return (
    divides('heads', heads, attended, 'attention') ??
    divides('headChannels', headChannels, attended, 'attention') ??
    divides('groups', groups, [baseChannels, ...normed], 'group norm')
  );
}

function divides(field: string, divisor = 1, channels: readonly number[], where: string): Misfit | undefined {
  const uneven = channels.find((count) => count % divisor !== 0);
  if (uneven === undefined) return undefined;
  return { field, problem: `it must divide the ${uneven} channels of every ${where}` };
}
