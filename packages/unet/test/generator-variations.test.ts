import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { callModel, key, normal } from '@diffgan/ops';
import { createModel, ddganGenerator, type UnetGeneratorConfig } from '@diffgan/unet';
import * as configs from './configs.ts';
import { nameOf, randomiseWeights } from './weights.ts';

const namesOf = (config: UnetGeneratorConfig) => {
  const model = ddganGenerator(config);
  const names = model.weights.map(nameOf);
  model.dispose();
  return names;
};

test('the latent is in the second norm of every block, or in both', () => {
  const norms = (latentNorms: 'second' | 'both', norm: string) =>
    namesOf({ ...configs.generator, latentNorms }).filter((name) => name.includes(`.${norm}.`));
  const kinds = (names: string[]) => [...new Set(names.map((name) => name.split('.').at(-1)))];
  expect(kinds(norms('second', 'norm1'))).toEqual(['scale', 'shift']);
  expect(kinds(norms('both', 'norm1'))).toEqual(['kernel', 'bias']);
  expect(kinds(norms('both', 'norm2'))).toEqual(['kernel', 'bias']);
  expect(norms('both', 'norm2')).toEqual(norms('second', 'norm2'));
  expect(namesOf({ ...configs.generator, latentNorms: 'second' })).toEqual(namesOf(configs.generator));
});

test('with fir, images are filtered where they are halved and doubled, by as many weights', () => {
  const [plain, fir] = [configs.generator, { ...configs.generator, resampling: 'fir' as const }];
  expect(namesOf(fir)).toEqual(namesOf(plain));
  const model = createModel({ ...configs.denoiser, resampling: 'fir' });
  randomiseWeights(model, key(1));
  const layers = model.layers.map((layer) => layer.getConfig().operation);
  expect(layers.filter((name) => name === 'firDownsample')).toHaveLength(1);
  expect(layers.filter((name) => name === 'firUpsample')).toHaveLength(1);
  expect(layers).not.toContain('nearestUpsample');
  const output = tf.tidy(() => callModel(model, [normal(key(2), [2, 8, 8, 1]), tf.tensor1d([0, 3])]));
  expect(output.shape).toEqual([2, 8, 8, 1]);
  output.dispose();
  model.dispose();
});
