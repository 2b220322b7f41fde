import type { ModelConfig } from '../config/model-config.ts';
import { type UnetPart, unetParts } from '../config/unet-parts.ts';
import { type Layout, type WeightMapping, wrapperPrefixes } from './layout.ts';
import { convolution, dense, norm, table } from './torch-mappings.ts';

/** How the rows of a fused projection are ordered: head by head, or all queries first. */
type HeadOrder = 'heads-first' | 'projections-first';

/** The weights of the U-Nets of improved-diffusion and guided-diffusion. */
function openaiLayout(name: string, order: HeadOrder): Layout {
  return { name, prefixes: wrapperPrefixes, mappings: (config) => mappings(config, name, order) };
}

/** Queries, keys and values of each head together: improved-diffusion, and guided-diffusion unless told otherwise. */
export const openai = /* @__PURE__ */ openaiLayout('openai', 'heads-first');

/** The same with `use_new_attention_order` of guided-diffusion. */
export const openaiNewOrder = /* @__PURE__ */ openaiLayout('openai-new-order', 'projections-first');

function mappings(config: ModelConfig, layout: string, order: HeadOrder): WeightMapping[] {
  if (config.kind !== 'ddpm-unet')
    throw new RangeError(`layout ${layout}: the model is a ${config.kind}; this layout is for a ddpm-unet`);
  if (config.augmentationLabels)
    throw new RangeError(
      `layout ${layout}: augmentationLabels is true; the networks of this layout take no such input`,
    );
  if (config.tanh)
    throw new RangeError(`layout ${layout}: tanh is true; the networks of this layout end with a convolution`);
  if (config.resampling === 'fir')
    throw new RangeError(`layout ${layout}: resampling is "fir"; the networks of this layout have no such filter`);
  return [
    ...dense('time.0', 'time_embed.0'),
    ...dense('time.1', 'time_embed.2'),
    ...(config.classes === undefined ? [] : table('time.label', 'label_emb')),
    ...convolution('stem', 'input_blocks.0.0'),
    ...keyed(unetParts(config)).flatMap(({ part, key }) => partMappings(part, key, order)),
    ...norm('out.norm', 'out.0'),
    ...convolution('out.conv', 'out.2'),
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
  const fused = projections.length * channels;
  return [
    ...norm(`${name}.norm`, `${key}.norm`),
    ...projections.flatMap((projection, p): WeightMapping[] => [
      {
        weight: `${name}.attention.${projection}.kernel`,
        key: `${key}.qkv.weight`,
        permutation: [1, 0],
        rows: rows[p],
        foreignShape: [fused, channels, 1],
      },
      { weight: `${name}.attention.${projection}.bias`, key: `${key}.qkv.bias`, rows: rows[p] },
    ]),
    {
      weight: `${name}.attention.output.kernel`,
      key: `${key}.proj_out.weight`,
      permutation: [1, 0],
      foreignShape: [channels, channels, 1],
    },
    { weight: `${name}.attention.output.bias`, key: `${key}.proj_out.bias` },
  ];
}
