import { expect, test } from 'vitest';
import { ddganDiscriminator, ddganGenerator, ddpmUnet } from '@diffgan/unet';
import { publishedUnets } from './published-unets.ts';

// Half a gigabyte of weights: only where memory is the operating system's.
test.each(['cifar10', 'lsun256'] as const)('the U-Net %s has the published number of parameters', (name) => {
  const { config, parameters } = publishedUnets[name];
  const model = ddpmUnet(config);
  expect(model.countParams()).toBe(parameters);
  model.dispose();
});

test('the networks of the DDGAN paper for CIFAR-10 have as many parameters as the release', () => {
  const image = { imageSize: 32, channels: 3 };
  const generator = ddganGenerator({
    ...{ kind: 'ddgan-generator', style: 'ncsnpp', ...image, latentDim: 100, latentWidth: 256, latentLayers: 5 },
    ...{ baseChannels: 128, channelMultipliers: [1, 2, 2, 2], blocksPerLevel: 2, attentionResolutions: [16] },
  });
  const critic = { kind: 'ddgan-discriminator', ...image, baseChannels: 64, timeWidth: 256, stddevGroup: 4 } as const;
  const [small, large] = [
    ddganDiscriminator({ ...critic, style: 'small' }),
    ddganDiscriminator({ ...critic, style: 'large', imageSize: 256 }),
  ];
  expect([generator, small, large].map((model) => model.countParams())).toEqual([48_432_515, 12_741_633, 27_737_217]);
  for (const model of [generator, small, large]) model.dispose();
});
