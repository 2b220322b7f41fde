import { show } from '@diffgan/config';
import type { DdpmUnetConfig } from '../config/ddpm-unet-config.ts';
import { imageShape } from '../config/image-config.ts';
import { labelCount } from '../config/label-config.ts';
import type { ModelConfig } from '../config/model-config.ts';
import { unetParts } from '../config/unet-parts.ts';
import { groupsFor } from '../layers/groups-for.ts';

/** What `config.json` of a `UNet2DModel` holds, as far as it matters; the names are those of diffusers. */
interface UNet2DConfig {
  sample_size: number | readonly [number, number] | null;
  in_channels: number;
  out_channels: number;
  center_input_sample: boolean;
  time_embedding_type: string;
  time_embedding_dim: number | null;
  freq_shift: number;
  flip_sin_to_cos: boolean;
  down_block_types: readonly string[];
  mid_block_type: string | null;
  up_block_types: readonly string[];
  block_out_channels: readonly number[];
  layers_per_block: number;
  mid_block_scale_factor: number;
  downsample_padding: number;
  downsample_type: string;
  upsample_type: string;
  dropout: number;
  act_fn: string;
  attention_head_dim: number | null;
  norm_num_groups: number;
  attn_norm_num_groups: number | null;
  norm_eps: number;
  resnet_time_scale_shift: string;
  add_attention: boolean;
  class_embed_type: string | null;
  num_class_embeds: number | null;
}

/** What diffusers takes for fields that are not there. */
const defaults: UNet2DConfig = {
  sample_size: null,
  in_channels: 3,
  out_channels: 3,
  center_input_sample: false,
  time_embedding_type: 'positional',
  time_embedding_dim: null,
  freq_shift: 0,
  flip_sin_to_cos: true,
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D', 'AttnDownBlock2D', 'AttnDownBlock2D'],
  mid_block_type: 'UNetMidBlock2D',
  up_block_types: ['AttnUpBlock2D', 'AttnUpBlock2D', 'AttnUpBlock2D', 'UpBlock2D'],
  block_out_channels: [224, 448, 672, 896],
  layers_per_block: 2,
  mid_block_scale_factor: 1,
  downsample_padding: 1,
  downsample_type: 'conv',
  upsample_type: 'conv',
  dropout: 0,
  act_fn: 'silu',
  attention_head_dim: 8,
  norm_num_groups: 32,
  attn_norm_num_groups: null,
  norm_eps: 1e-5,
  resnet_time_scale_shift: 'default',
  add_attention: true,
  class_embed_type: null,
  num_class_embeds: null,
};

/** Levels from the finest on, and how many times the images were halved before the last. */
const attended = (config: DdpmUnetConfig): boolean[] =>
  config.channelMultipliers.map((_, level) => config.attentionResolutions.includes(imageShape(config)[0] / 2 ** level));

/** The one value that all are, or undefined. */
const common = <T>(values: readonly T[]): T | undefined => (new Set(values).size === 1 ? values[0] : undefined);

/** What a `UNet2DModel` can have only one of, or none; throws RangeError naming the field that stands against it. */
export function requireDiffusers(config: ModelConfig): asserts config is DdpmUnetConfig {
  diffusersConfig(config);
}

/**
 * The `config.json` from which diffusers makes the same network as a `UNet2DModel`.
 *
 * @returns a plain object with the names of diffusers.
 * @throws RangeError naming the field that a `UNet2DModel` cannot have.
 * @example
 * ```ts
 * diffusersConfig(presets.cifar10.denoiser).block_out_channels; // [128, 256, 256, 256]
 * ```
 */
export function diffusersConfig(config: ModelConfig): Readonly<Record<string, unknown>> {
  if (config.kind !== 'ddpm-unet') throw unfit('kind', config.kind, 'it must be "ddpm-unet"');
  const { resampling = 'convolution', scaleShiftNorm = false, baseChannels, timeChannels = baseChannels } = config;
  if (timeChannels !== baseChannels)
    throw unfit('timeChannels', timeChannels, `it must be baseChannels, ${baseChannels}`);
  if (config.augmentationLabels) throw unfit('augmentationLabels', true, 'it must be false');
  if (config.tanh) throw unfit('tanh', true, 'it must be false');
  if (resampling === 'plain' || resampling === 'fir')
    throw unfit('resampling', resampling, 'it must be "convolution" or "block"');
  const blocks = resampling === 'block';
  const groups = oneGroupCount(config);
  const type = (way: 'Down' | 'Up') => (attention: boolean) => {
    if (attention) return `Attn${way}Block2D`;
    return blocks ? `Resnet${way}sampleBlock2D` : `${way}Block2D`;
  };
  const fields: UNet2DConfig = {
    ...defaults,
    sample_size: config.imageSize,
    in_channels: config.channels,
    out_channels: config.learnedVariance ? 2 * config.channels : config.channels,
    freq_shift: config.frequencyShift ?? 1,
    flip_sin_to_cos: config.cosineFirst ?? false,
    down_block_types: attended(config).map(type('Down')),
    up_block_types: attended(config).map(type('Up')).reverse(),
    block_out_channels: config.channelMultipliers.map((multiplier) => multiplier * baseChannels),
    layers_per_block: config.blocksPerLevel,
    downsample_padding: config.downPadding === 'around' ? 1 : 0,
    downsample_type: blocks ? 'resnet' : 'conv',
    upsample_type: blocks ? 'resnet' : 'conv',
    dropout: config.dropout ?? 0,
    attention_head_dim: oneHeadWidth(config),
    norm_num_groups: groups,
    // without it, the attention in the middle of a network with scale-shift norm would have no norm
    attn_norm_num_groups: scaleShiftNorm ? groups : null,
    norm_eps: config.epsilon ?? 1e-6,
    resnet_time_scale_shift: scaleShiftNorm ? 'scale_shift' : 'default',
    num_class_embeds: labelCount(config) ?? null,
  };
  return { _class_name: 'UNet2DModel', ...fields };
}

function unfit(field: string, value: unknown, why: string): RangeError {
  return new RangeError(`diffusersConfig: ${field} is ${show(value)}; for a UNet2DModel of diffusers ${why}`);
}

function oneGroupCount(config: DdpmUnetConfig): number {
  const { groups, baseChannels } = config;
  const normed = unetParts(config).flatMap((part) => (part.kind === 'block' ? [part.from, part.to] : []));
  const counts = [baseChannels, ...normed].map((channels) => groups ?? groupsFor(channels));
  const count = common(counts);
  if (count === undefined)
    throw unfit('groups', groups, `it must be given for less than 128 channels, such as ${Math.min(...counts)}`);
  return count;
}

function oneHeadWidth(config: DdpmUnetConfig): number | null {
  const { heads = 1, headChannels } = config;
  if (headChannels !== undefined) return headChannels;
  if (heads === 1) return null;
  const widths = unetParts(config).flatMap((part) => (part.kind === 'attention' ? [part.channels / heads] : []));
  const width = common(widths);
  if (width === undefined) throw unfit('heads', heads, 'headChannels must be given in its place');
  return width;
}

/**
 * The configuration of the network that a `config.json` of diffusers describes.
 *
 * @param json the parsed file, of a `UNet2DModel`; it may come from outside.
 * @returns a configuration for {@link ddpmUnet}, which checks its numbers.
 * @throws RangeError naming the field that {@link ddpmUnet} has nothing like.
 * @example
 * ```ts
 * const json = diffusersConfig({ ...presets['fashion-mnist-small'].denoiser, groups: 4 }); // or JSON.parse of its config.json
 * const model = ddpmUnet(unetConfigFromDiffusers(json)); // then loadWeights(model, file, { layout: 'diffusers' })
 * model.dispose();
 * ```
 */
export function unetConfigFromDiffusers(json: unknown): DdpmUnetConfig {
  if (typeof json !== 'object' || json === null) throw unread('the file', json, 'it must be an object');
  const { _class_name: className = 'UNet2DModel' } = json as { _class_name?: unknown };
  if (className !== 'UNet2DModel') throw unread('_class_name', className, 'it must be "UNet2DModel"');
  const fields = { ...defaults, ...json };
  for (const [field, allowed] of Object.entries(supported)) {
    const value = fields[field as keyof UNet2DConfig];
    if (!allowed.includes(value)) throw unread(field, value, `it must be ${allowed.map(show).join(' or ')}`);
  }
  const { sample_size: imageSize, in_channels: channels, out_channels: outputs, block_out_channels: widths } = fields;
  if (imageSize === null) throw unread('sample_size', null, 'write the size of the images');
  if (outputs !== channels && outputs !== 2 * channels)
    throw unread('out_channels', outputs, `it must be in_channels, or twice as many for a learned variance`);
  if (!isList(widths, (value) => typeof value === 'number') || widths.length === 0)
    throw unread('block_out_channels', widths, 'it must be a list of numbers');
  const levels = levelsOf(fields);
  const scaleShiftNorm = fields.resnet_time_scale_shift === 'scale_shift';
  requireNorms(fields, scaleShiftNorm);
  const height = typeof imageSize === 'number' ? imageSize : imageSize[0];
  return {
    kind: 'ddpm-unet',
    imageSize,
    channels,
    baseChannels: widths[0],
    channelMultipliers: widths.map((width) => multiplierOf(width, widths)),
    blocksPerLevel: fields.layers_per_block,
    attentionResolutions: levels.attention.flatMap((attention, level) => (attention ? [height / 2 ** level] : [])),
    dropout: fields.dropout,
    ...(fields.attention_head_dim !== null && { headChannels: fields.attention_head_dim }),
    scaleShiftNorm,
    resampling: levels.blocks ? 'block' : 'convolution',
    downPadding: fields.downsample_padding === 1 ? 'around' : 'end',
    groups: fields.norm_num_groups,
    epsilon: fields.norm_eps,
    learnedVariance: outputs !== channels,
    ...(fields.num_class_embeds !== null && { classes: fields.num_class_embeds }),
    cosineFirst: fields.flip_sin_to_cos,
    frequencyShift: fields.freq_shift as 0 | 1,
  };
}

/** The values of the fields that decide which network it is, as far as this package has it. */
const supported: Partial<Record<keyof UNet2DConfig, readonly unknown[]>> = {
  center_input_sample: [false],
  time_embedding_type: ['positional'],
  freq_shift: [0, 1],
  flip_sin_to_cos: [true, false],
  mid_block_type: ['UNetMidBlock2D'],
  mid_block_scale_factor: [1],
  downsample_padding: [0, 1],
  downsample_type: ['conv', 'resnet'],
  upsample_type: ['conv', 'resnet'],
  act_fn: ['silu', 'swish'],
  resnet_time_scale_shift: ['default', 'scale_shift'],
  add_attention: [true],
  class_embed_type: [null],
};

function unread(field: string, value: unknown, why: string): RangeError {
  return new RangeError(`unetConfigFromDiffusers: ${field} is ${show(value)}; ${why}`);
}

const isList = <T>(value: unknown, fits: (item: unknown) => boolean): value is T[] =>
  Array.isArray(value) && value.length <= 64 && value.every(fits);

function multiplierOf(width: number, widths: readonly number[]): number {
  if (width % widths[0] !== 0) throw unread('block_out_channels', widths, 'each must be a multiple of the first');
  return width / widths[0];
}

function requireNorms(fields: UNet2DConfig, scaleShiftNorm: boolean): void {
  const { norm_num_groups: groups, attn_norm_num_groups: ofAttention, time_embedding_dim: width } = fields;
  const wanted = scaleShiftNorm ? [groups] : [groups, null];
  if (!wanted.includes(ofAttention))
    throw unread('attn_norm_num_groups', ofAttention, `it must be ${wanted.map(show).join(' or ')}`);
  const usual = 4 * fields.block_out_channels[0];
  if (width !== null && width !== usual) throw unread('time_embedding_dim', width, `it must be ${usual}`);
}

/** Which levels have attention, and whether blocks resample, from the types of the blocks of both ways. */
function levelsOf(fields: UNet2DConfig): { attention: boolean[]; blocks: boolean } {
  const { down_block_types: down, up_block_types: up, block_out_channels: widths } = fields;
  const isType = (value: unknown): boolean => typeof value === 'string' && value in blockTypes;
  for (const [field, types] of Object.entries({ down_block_types: down, up_block_types: up }))
    if (!isList<string>(types, isType) || types.length !== widths.length)
      throw unread(field, types, `it must be a list of ${widths.length} among ${Object.keys(blockTypes).join(', ')}`);
  const [downwards, upwards] = [down, [...up].reverse()].map((types) => types.map((name) => blockTypes[name]));
  const attention = downwards.map((type) => type.attention);
  const uneven = attention.findIndex((has, level) => has !== upwards[level].attention);
  if (uneven >= 0) throw unread('up_block_types', up, `level ${uneven} must have attention on both ways or none`);
  // the coarsest level resamples nothing
  const resampled = [
    ...downwards.slice(0, -1).map(({ blocks = fields.downsample_type === 'resnet' }) => blocks),
    ...upwards.slice(1).map(({ blocks = fields.upsample_type === 'resnet' }) => blocks),
  ];
  const blocks = resampled.length === 0 ? false : common(resampled);
  if (blocks === undefined) throw unread('down_block_types', down, 'all levels must resample in the same way');
  return { attention, blocks };
}

/** What the types of blocks have, whichever way they go; those with attention resample as another field says. */
const blockTypes: Readonly<Record<string, { attention: boolean; blocks?: boolean }>> = {
  DownBlock2D: { attention: false, blocks: false },
  UpBlock2D: { attention: false, blocks: false },
  AttnDownBlock2D: { attention: true },
  AttnUpBlock2D: { attention: true },
  ResnetDownsampleBlock2D: { attention: false, blocks: true },
  ResnetUpsampleBlock2D: { attention: false, blocks: true },
};
