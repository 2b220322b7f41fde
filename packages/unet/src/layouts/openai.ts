import { show } from '@diffgan/config';
import type { DdpmUnetConfig } from '../config/ddpm-unet-config.ts';
import type { ModelConfig } from '../config/model-config.ts';
import { headShape, type NoiseClassifierConfig, noiseClassifierParts } from '../config/noise-classifier-config.ts';
import { type UnetPart, unetParts } from '../config/unet-parts.ts';
import { type Layout, type WeightMapping, wrapperPrefixes } from './layout.ts';
import { convolution, dense, norm, table } from './torch-mappings.ts';

/** How the rows of a fused projection are ordered: head by head, or all queries first. */
type HeadOrder = 'heads-first' | 'projections-first';

/** The weights of the U-Nets of improved-diffusion and guided-diffusion, and of the classifiers of the latter. */
function openaiLayout(name: string, order: HeadOrder): Layout {
  return { name, prefixes: wrapperPrefixes, mappings: (config) => mappings(config, name, order), homeless };
}

/** The head of other classifiers begins with a norm, these with a dense layer on the means of all their features. */
const homeless: Layout['homeless'] = (shapeOf) =>
  shapeOf('out.0.weight')?.length === 2
    ? 'its head is that of a classifier with the pool "spatial" or "spatial_v2", which no network here has; ' +
      'take one with the pool "attention" or "adaptive"'
    : undefined;

/** Queries, keys and values of each head together: improved-diffusion, and guided-diffusion unless told otherwise. */
export const openai = /* @__PURE__ */ openaiLayout('openai', 'heads-first');

/** The same with `use_new_attention_order` of guided-diffusion. */
export const openaiNewOrder = /* @__PURE__ */ openaiLayout('openai-new-order', 'projections-first');

function mappings(config: ModelConfig, layout: string, order: HeadOrder): WeightMapping[] {
  requireOpenai(config, layout);
  const classifier = config.kind === 'noise-classifier';
  const parts = classifier ? noiseClassifierParts(config) : unetParts(config);
  return [
    ...dense('time.0', 'time_embed.0'),
    ...dense('time.1', 'time_embed.2'),
    ...(classifier || config.classes === undefined ? [] : table('time.label', 'label_emb')),
    ...convolution('stem', 'input_blocks.0.0'),
    ...keyed(parts).flatMap(({ part, key }) => partMappings(part, key, order)),
    ...norm(classifier ? 'head.norm' : 'out.norm', 'out.0'),
    ...(classifier ? headMappings(config) : convolution('out.conv', 'out.2')),
  ];
}

/** @throws RangeError naming the field that the networks of this layout have not. */
function requireOpenai(config: ModelConfig, layout: string): asserts config is DdpmUnetConfig | NoiseClassifierConfig {
  const unfit = (field: string, value: unknown, why: string) =>
    new RangeError(`layout ${layout}: ${field} is ${show(value)}; the networks of this layout ${why}`);
  const { kind } = config;
  if (kind !== 'ddpm-unet' && kind !== 'noise-classifier')
    throw new RangeError(
      `layout ${layout}: the model is a ${kind}; this layout is for a ddpm-unet or noise-classifier`,
    );
  const { middle = kind === 'ddpm-unet' ? 'attention' : 'none', resampling } = config;
  if (middle !== 'attention') throw unfit('middle', middle, 'have "attention" there');
  if (resampling === 'fir') throw unfit('resampling', resampling, 'have no such filter');
  if (kind === 'noise-classifier') return;
  if (config.augmentationLabels) throw unfit('augmentationLabels', true, 'take no such input');
  if (config.tanh) throw unfit('tanh', true, 'end with a convolution');
}

/** The head of a classifier: a convolution of window 1 on the mean, or attention whose projection is all queries, all keys, all values. */
function headMappings(config: NoiseClassifierConfig): WeightMapping[] {
  const [, , channels] = headShape(config);
  if (config.pool !== 'attention') return window1('head.linear', 'out.3', [config.classes, channels, 1, 1]);
  return [
    { weight: 'head.pool.places', key: 'out.2.positional_embedding', permutation: [1, 0] },
    ...fusedMappings('head.pool', 'out.2.qkv_proj', headRows({ channels, heads: 1 }, 'projections-first')),
    ...window1('head.pool.output', 'out.2.c_proj', [config.classes, channels, 1]),
  ];
}

/** Every part with its place: blocks of each way are counted, and what follows one within its step is counted there. */
function keyed(parts: readonly UnetPart[]): { part: UnetPart; key: string }[] {
  const counts: Record<string, number> = { input_blocks: 0, output_blocks: -1 };
  let within = 0;
  return parts.map((part) => {
    const [path, , index] = part.name.split('.');
    if (path === 'middle') return { part, key: `middle_block.${middleOf(part)}` };
    const list = path === 'down' ? 'input_blocks' : 'output_blocks';
    // doubling belongs to the step of the block before it, halving is a step of its own
    const follows = part.kind === 'attention' || index === 'double';
    within = follows ? within + 1 : 0;
    if (!follows) counts[list]++;
    return { part, key: `${list}.${counts[list]}.${within}` };
  });
}

const middleOf = ({ kind, name }: UnetPart): number => (kind === 'attention' ? 1 : name === 'middle.0' ? 0 : 2);

function partMappings(part: UnetPart, key: string, order: HeadOrder): WeightMapping[] {
  const { name } = part;
  if (part.kind === 'plain') return [];
  if (part.kind === 'convolution') return convolution(name, `${key}.${name.startsWith('down') ? 'op' : 'conv'}`);
  if (part.kind === 'attention') return attentionMappings(part, key, headRows(part, order));
  return [
    ...norm(`${name}.norm1`, `${key}.in_layers.0`),
    ...convolution(`${name}.conv1`, `${key}.in_layers.2`),
    ...dense(`${name}.time`, `${key}.emb_layers.1`),
    ...norm(`${name}.norm2`, `${key}.out_layers.0`),
    ...convolution(`${name}.conv2`, `${key}.out_layers.3`),
    ...(part.from === part.to ? [] : convolution(`${name}.shortcut`, `${key}.skip_connection`)),
  ];
}

const projections = ['query', 'key', 'value'] as const;

/** For each projection, the rows of the fused tensor that are its output channels. */
function headRows({ channels, heads }: { channels: number; heads: number }, order: HeadOrder): number[][] {
  const width = channels / heads;
  return projections.map((_, p) =>
    Array.from({ length: channels }, (_, c) => {
      if (order === 'projections-first') return p * channels + c;
      return (Math.floor(c / width) * projections.length + p) * width + (c % width);
    }),
  );
}

/** One-dimensional convolutions of window 1 over the pixels, that of queries, keys and values fused. */
function attentionMappings({ name, channels }: { name: string; channels: number }, key: string, rows: number[][]) {
  return [
    ...norm(`${name}.norm`, `${key}.norm`),
    ...fusedMappings(`${name}.attention`, `${key}.qkv`, rows),
    ...window1(`${name}.attention.output`, `${key}.proj_out`, [channels, channels, 1]),
  ];
}

/** Queries, keys and values, each in its rows of one tensor. */
function fusedMappings(name: string, key: string, rows: number[][]): WeightMapping[] {
  const channels = rows[0].length;
  return projections.flatMap((projection, p): WeightMapping[] => [
    {
      weight: `${name}.${projection}.kernel`,
      key: `${key}.weight`,
      permutation: [1, 0],
      rows: rows[p],
      foreignShape: [projections.length * channels, channels, 1],
    },
    { weight: `${name}.${projection}.bias`, key: `${key}.bias`, rows: rows[p] },
  ]);
}

/** A dense layer here, a convolution of window 1 there. */
const window1 = (name: string, key: string, foreignShape: number[]): WeightMapping[] => [
  { weight: `${name}.kernel`, key: `${key}.weight`, permutation: [1, 0], foreignShape },
  { weight: `${name}.bias`, key: `${key}.bias` },
];
