import { describe, expect, test } from 'vitest';
import { type DdpmUnetConfig, diffusersConfig, unetConfigFromDiffusers } from '@diffgan/unet';
import * as configs from './configs.ts';
import { publishedUnets } from './published-unets.ts';

/** What config.json of google/ddpm-cifar10-32 says. */
const google = {
  _class_name: 'UNet2DModel',
  act_fn: 'silu',
  attention_head_dim: null,
  block_out_channels: [128, 256, 256, 256],
  center_input_sample: false,
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D', 'DownBlock2D', 'DownBlock2D'],
  downsample_padding: 0,
  flip_sin_to_cos: false,
  freq_shift: 1,
  in_channels: 3,
  layers_per_block: 2,
  mid_block_scale_factor: 1,
  norm_eps: 1e-6,
  norm_num_groups: 32,
  out_channels: 3,
  sample_size: 32,
  time_embedding_type: 'positional',
  up_block_types: ['UpBlock2D', 'UpBlock2D', 'AttnUpBlock2D', 'UpBlock2D'],
};

test("google/ddpm-cifar10-32 is the DDPM paper's network for CIFAR-10", () => {
  expect(unetConfigFromDiffusers(google)).toMatchObject(publishedUnets.cifar10.config);
  expect(diffusersConfig(publishedUnets.cifar10.config)).toMatchObject(google);
});

test('fields that are not there are those of diffusers', () => {
  expect(unetConfigFromDiffusers({ sample_size: 64 })).toMatchObject({
    baseChannels: 224,
    channelMultipliers: [1, 2, 3, 4],
    attentionResolutions: [32, 16, 8],
    headChannels: 8,
    downPadding: 'around',
    cosineFirst: true,
    frequencyShift: 0,
    epsilon: 1e-5,
  });
});

test.each([
  ['resampling blocks', { ...configs.variations, timeChannels: undefined }],
  ['convolutions padded all around', { ...configs.denoiser, groups: 2, downPadding: 'around' as const, heads: 2 }],
  [
    'a middle without a norm',
    { ...configs.variations, timeChannels: undefined, middle: 'unnormed-attention' as const },
  ],
  ['a middle without attention', { ...configs.denoiser, groups: 2, middle: 'blocks' as const }],
  ['no middle', { ...configs.denoiser, groups: 2, middle: 'none' as const }],
  ['one level', { ...configs.denoiser, groups: 2, channelMultipliers: [1], attentionResolutions: [] }],
])('%s survive the way there and back', (_, config) => {
  const there = diffusersConfig(config);
  expect(diffusersConfig(unetConfigFromDiffusers(there))).toEqual(there);
});

describe('a field that there is nothing like is named', () => {
  const wrong: [field: string, value: unknown][] = [
    ['_class_name', 'UNet2DConditionModel'],
    ['sample_size', null],
    ['out_channels', 4],
    ['center_input_sample', true],
    ['time_embedding_type', 'fourier'],
    ['time_embedding_dim', 256],
    ['freq_shift', 2],
    ['down_block_types', ['DownBlock2D', 'SkipDownBlock2D', 'DownBlock2D', 'DownBlock2D']],
    ['down_block_types', ['DownBlock2D']],
    ['down_block_types', ['ResnetDownsampleBlock2D', 'AttnDownBlock2D', 'DownBlock2D', 'DownBlock2D']],
    ['up_block_types', ['UpBlock2D', 'UpBlock2D', 'UpBlock2D', 'UpBlock2D']],
    ['mid_block_type', 'UNetMidBlock2DCrossAttn'],
    ['block_out_channels', [128, 200, 256, 256]],
    ['block_out_channels', 'wide'],
    ['mid_block_scale_factor', 1.41],
    ['act_fn', 'gelu'],
    ['attn_norm_num_groups', 8],
    ['resnet_time_scale_shift', 'spatial'],
    ['add_attention', 'yes'],
    ['class_embed_type', 'timestep'],
  ];
  test.each(wrong)('%s = %j', (field, value) => {
    const read = () => unetConfigFromDiffusers({ ...google, [field]: value });
    expect(read).toThrow(RangeError);
    expect(read).toThrow(new RegExp(`unetConfigFromDiffusers: ${field} is `));
  });

  const homeless: [field: keyof DdpmUnetConfig, value: unknown][] = [
    ['resampling', 'plain'],
    ['timeChannels', 8],
    ['groups', undefined],
    ['heads', 2],
    ['middle', 'unnormed-attention'],
  ];
  test.each(homeless)('%s = %j has no place there', (field, value) => {
    const config = { ...configs.denoiser, groups: 2, attentionResolutions: [4, 8], [field]: value };
    expect(() => diffusersConfig(config)).toThrow(new RegExp(`diffusersConfig: ${field} is .*UNet2DModel`));
  });

  test('a generator is not a UNet2DModel', () => {
    expect(() => diffusersConfig(configs.generator)).toThrow(/kind is "ddgan-generator"/);
  });
});
