import { expect, test } from 'vitest';
import { createModel, ddpmUnet, type ModelConfig, modelConfig, presets } from '@diffgan/unet';
import { publishedUnets } from './published-unets.ts';

test.each(['fashion28small', 'fashion28'] as const)('the U-Net %s has the published number of parameters', (name) => {
  const { config, parameters } = publishedUnets[name];
  const model = ddpmUnet(config);
  expect(model.countParams()).toBe(parameters);
  model.dispose();
});

test.each([
  ['fashion-mnist-tiny', ['0.37', '0.20', '0.27']],
  ['fashion-mnist-small', ['1.90', '0.81', '1.62']],
  ['fashion-mnist-base', ['7.58', '3.22', '6.47']],
  ['25-gaussians', ['0.04', '0.04', '0.04']],
  ['fashion-mnist-ncsnpp', ['1.82', '0.80', '1.11']],
] as const)('the networks of %s have the sizes their documentation tells', (name, sizes) => {
  const { generator, discriminator, denoiser } = presets[name];
  const counts = [generator, discriminator, denoiser].map((config: ModelConfig) => {
    const model = createModel(config);
    expect(modelConfig(model)).toEqual(config);
    const count = model.countParams();
    model.dispose();
    return count;
  });
  expect(counts.map((count) => (count / 1e6).toFixed(2))).toEqual(sizes);
});

test('a width that 32 does not divide still gets groups that fit', () => {
  const model = ddpmUnet({
    ...publishedUnets.fashion28small.config,
    baseChannels: 36,
    imageSize: 8,
    channelMultipliers: [4],
  });
  const norms = model.layers.filter((layer) => layer.name.includes('norm'));
  const groups = norms.map((layer) => {
    const count = layer.getConfig().groups as number;
    expect((layer.weights[0].shape[0] as number) % count).toBe(0);
    return count;
  });
  expect(new Set(groups)).toEqual(new Set([9, 24, 30, 32])); // of 36, 144, 180 and 288 channels
  model.dispose();
});
