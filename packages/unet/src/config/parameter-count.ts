import type { Misfit } from '@diffgan/config';
import type { UnetPart } from './unet-parts.ts';

// How many numbers each part of a network learns: the shapes of its weights multiplied out.

/** A convolution with a square window. */
export const convolution = (from: number, to: number, size = 3): number => size * size * from * to + to;

/** A dense layer. */
export const dense = (from: number, to: number): number => from * to + to;

/** Scale and shift of each channel. */
export const norm = (channels: number): number => 2 * channels;

/** The projections of query, key, value and output, and a norm unless there is none. */
export const attention = (channels: number, normed = true): number =>
  (normed ? norm(channels) : 0) + 4 * dense(channels, channels);

/** Dense layers in a row. */
export const denseChain = (widths: readonly number[]): number =>
  widths.slice(1).reduce((sum, to, i) => sum + dense(widths[i], to), 0);

/** Two dense layers on the waves of the step, and tables without bias for what else the network is told. */
export const timeEmbedding = (waves: number, width: number, { classes = 0, augmentations = 0 } = {}): number =>
  denseChain([waves, width, width]) + classes * width + augmentations * waves;

/** What the blocks of a U-Net are conditioned by. */
export interface UnetConditioning {
  /** Width of the embedded step. */
  timeWidth: number;
  /** Width of the embedded latent. */
  styleWidth?: number;
  /** Whether the latent is in the first norm of a block, too. */
  stylesBoth?: boolean;
  scaleShiftNorm?: boolean;
}

/** Parts of a U-Net. */
export const unetPartsCount = (parts: readonly UnetPart[], conditioning: UnetConditioning): number =>
  parts.reduce((sum, part) => sum + unetPart(part, conditioning), 0);

function unetPart(part: UnetPart, conditioning: UnetConditioning): number {
  const { timeWidth, styleWidth, stylesBoth = false, scaleShiftNorm = false } = conditioning;
  if (part.kind === 'plain') return 0;
  if (part.kind === 'convolution') return convolution(part.channels, part.channels);
  if (part.kind === 'attention') return attention(part.channels, part.normed);
  const { from, to } = part;
  const normOf = (channels: number, styled: boolean) =>
    styled && styleWidth !== undefined ? dense(styleWidth, 2 * channels) : norm(channels);
  return (
    normOf(from, stylesBoth) +
    convolution(from, to) +
    dense(timeWidth, scaleShiftNorm ? 2 * to : to) +
    normOf(to, true) +
    convolution(to, to) +
    shortcut(from, to)
  );
}

/** A convolution with a window of 1, where a block changes the number of channels. */
export const shortcut = (from: number, to: number): number => (from === to ? 0 : convolution(from, to, 1));

/** The largest networks of this kind, guided diffusion of ImageNet at 512², have 559 million parameters. */
const MAX_PARAMETERS = 600e6;

/** A rule for configurations that may come from a file of 300 bytes: the network must be one that somebody could want. */
export const affordable =
  <T>(count: (config: T) => number) =>
  (config: T): Misfit | undefined => {
    const parameters = count(config);
    if (parameters <= MAX_PARAMETERS) return undefined;
    const [millions, gigabytes] = [parameters / 1e6, (4 * parameters) / 1e9].map(Math.round);
    return {
      problem:
        `describes a network of ${millions} million parameters, ${gigabytes} GB; ` +
        `at most ${MAX_PARAMETERS / 1e6} million are allowed. Make it narrower or shallower`,
    };
  };
