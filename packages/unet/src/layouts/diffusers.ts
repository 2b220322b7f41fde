import type { DdpmUnetConfig } from '../config/ddpm-unet-config.ts';
import type { ModelConfig } from '../config/model-config.ts';
import { type UnetPart, unetParts } from '../config/unet-parts.ts';
import { requireDiffusers } from './diffusers-config.ts';
import { type Layout, type WeightMapping, wrapperPrefixes } from './layout.ts';
import { convolution, dense, norm, table } from './torch-mappings.ts';

/** What old files call the projections of attention. */
const renamed: Readonly<Record<string, string>> = {
  query: 'to_q',
  key: 'to_k',
  value: 'to_v',
  proj_attn: 'to_out.0',
};
const oldProjection = /(\.attentions\.\d+)\.(query|key|value|proj_attn)\.(weight|bias)$/;

/** The weights of a `UNet2DModel` of diffusers. */
export const diffusers: Layout = {
  name: 'diffusers',
  prefixes: wrapperPrefixes,
  rename: (key) => key.replace(oldProjection, (_, path, name: string, kind) => `${path}.${renamed[name]}.${kind}`),
  mappings(config: ModelConfig): WeightMapping[] {
    requireDiffusers(config);
    return [
      ...convolution('stem', 'conv_in'),
      ...dense('time.0', 'time_embedding.linear_1'),
      ...dense('time.1', 'time_embedding.linear_2'),
      ...(config.classes === undefined ? [] : table('time.label', 'class_embedding')),
      ...unetParts(config).flatMap((part) => partMappings(part, moduleOf(part, config))),
      ...norm('out.norm', 'conv_norm_out'),
      ...convolution('out.conv', 'conv_out'),
    ];
  },
};

/** The module of diffusers that is the same as a part. */
function moduleOf({ kind, name }: UnetPart, { channelMultipliers }: DdpmUnetConfig): string {
  const list = kind === 'attention' ? 'attentions' : 'resnets';
  const [path, level, index] = name.split('.');
  if (path === 'middle') return `mid_block.${list}.${level ?? 0}`;
  // there the way up is counted from its beginning
  const block = path === 'down' ? `down_blocks.${level}` : `up_blocks.${channelMultipliers.length - 1 - Number(level)}`;
  if (index === 'half') return `${block}.downsamplers.0`;
  if (index === 'double') return `${block}.upsamplers.0`;
  return `${block}.${list}.${index}`;
}

function partMappings(part: UnetPart, key: string): WeightMapping[] {
  const { name } = part;
  if (part.kind === 'plain') return [];
  if (part.kind === 'convolution') return convolution(name, `${key}.conv`);
  if (part.kind === 'attention')
    return [
      ...(part.normed ? norm(`${name}.norm`, `${key}.group_norm`) : []),
      ...dense(`${name}.attention.query`, `${key}.to_q`),
      ...dense(`${name}.attention.key`, `${key}.to_k`),
      ...dense(`${name}.attention.value`, `${key}.to_v`),
      ...dense(`${name}.attention.output`, `${key}.to_out.0`),
    ];
  return [
    ...norm(`${name}.norm1`, `${key}.norm1`),
    ...convolution(`${name}.conv1`, `${key}.conv1`),
    ...dense(`${name}.time`, `${key}.time_emb_proj`),
    ...norm(`${name}.norm2`, `${key}.norm2`),
    ...convolution(`${name}.conv2`, `${key}.conv2`),
    ...(part.from === part.to ? [] : convolution(`${name}.shortcut`, `${key}.conv_shortcut`)),
  ];
}
