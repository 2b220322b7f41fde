import { expect, test } from 'vitest';
import { ddpmUnet } from '@diffgan/unet';
import { publishedUnets } from './published-unets.ts';

// Half a gigabyte of weights: only where memory is the operating system's.
test.each(['cifar10', 'lsun256'] as const)('the U-Net %s has the published number of parameters', (name) => {
  const { config, parameters } = publishedUnets[name];
  const model = ddpmUnet(config);
  expect(model.countParams()).toBe(parameters);
  model.dispose();
});
