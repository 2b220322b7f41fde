import { expect, test } from 'vitest';
import { ddganDiscriminator, ddganGenerator, ddpmUnet, presets } from '@diffgan/unet';
import { publishedUnets } from './published-unets.ts';

// Half a gigabyte of weights: only where memory is the operating system's.
test.each(['cifar10', 'lsun256', 'improvedCifar10'] as const)(
  'the U-Net %s has the published number of parameters',
  (name) => {
    const { config, parameters } = publishedUnets[name];
    const model = ddpmUnet(config);
    expect(model.countParams()).toBe(parameters);
    model.dispose();
  },
);

test('the networks of the DDGAN paper for CIFAR-10 have as many parameters as the release', () => {
  const generator = ddganGenerator(presets.cifar10.generator);
  const small = ddganDiscriminator(presets.cifar10.discriminator);
  const large = ddganDiscriminator({ ...presets.cifar10.discriminator, style: 'large', imageSize: 256 });
  expect([generator, small, large].map((model) => model.countParams())).toEqual([48_432_515, 12_741_633, 27_737_217]);
  for (const model of [generator, small, large]) model.dispose();
});
