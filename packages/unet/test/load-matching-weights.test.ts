import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { FileFormatError } from '@diffgan/files';
import { callModel, key, normal } from '@diffgan/ops';
import {
  createModel,
  type DdganGeneratorConfig,
  type DdpmUnetConfig,
  loadMatchingWeights,
  weightsToSafetensors,
} from '@diffgan/unet';
import { randomiseWeights, readWeights } from './weights.ts';

const shape = {
  ...{ imageSize: 8, channels: 1, baseChannels: 4, channelMultipliers: [1, 2], blocksPerLevel: 1 },
  attentionResolutions: [4],
} as const;
const denoiser: DdpmUnetConfig = { kind: 'ddpm-unet', ...shape };
const generator: DdganGeneratorConfig = {
  ...{ kind: 'ddgan-generator', style: 'unet', ...shape, tanh: false },
  ...{ latentDim: 3, latentWidth: 6, latentLayers: 1 },
};

const valuesOf = async (compute: () => tf.Tensor) => {
  const output = tf.tidy(compute);
  const values = await output.data();
  output.dispose();
  return values;
};

test.each([false, true])(
  'a generator of the same trunk starts as the denoiser, whatever the latent; tanh: %s',
  async (tanh) => {
    const [source, target] = [createModel({ ...denoiser, tanh }), createModel({ ...generator, tanh })];
    randomiseWeights(source, key(1));
    const { taken, kept, unused } = await loadMatchingWeights(target, await weightsToSafetensors(source));
    expect(kept).toEqual(['latent.0.kernel', 'latent.0.bias']);
    expect(taken).toHaveLength(target.weights.length - 2);
    expect(unused).toEqual([]);
    const image = () => normal(key(2), [2, 8, 8, 1]);
    const wanted = await valuesOf(() => callModel(source, [image(), tf.tensor1d([0, 3])]));
    for (const z of [1, 9]) {
      const output = () => callModel(target, [image(), normal(key(z), [2, 3]), tf.tensor1d([0, 3])]);
      expect(await valuesOf(output)).toBeAllClose(wanted, { rtol: 1e-4, atol: 1e-5 });
    }
    [source, target].forEach((model: LayersModel) => model.dispose());
  },
);

test('a critic of pairs starts as the way down of the denoiser of its first image, blind to the second', async () => {
  const { attentionResolutions, ...trunk } = shape;
  const encoder = { ...trunk, attentionResolutions, kind: 'ddgan-discriminator', style: 'unet-encoder' } as const;
  const [source, target] = [createModel(denoiser), createModel(encoder)];
  randomiseWeights(source, key(1));
  const { taken, kept } = await loadMatchingWeights(target, await weightsToSafetensors(source));
  expect(kept.map((name) => name.split('.')[0])).toEqual(Array<string>(kept.length).fill('head'));
  expect(taken).toContain('stem.kernel');
  const there = (await readWeights(source))['stem.kernel'];
  const wide = (await readWeights(target))['stem.kernel']; // [3, 3, 2, 4]
  for (let tap = 0; tap < 9; tap++) {
    expect(wide.slice(8 * tap, 8 * tap + 4), `tap ${tap}`).toEqual(there.slice(4 * tap, 4 * tap + 4));
    expect([...wide.slice(8 * tap + 4, 8 * tap + 8)], `tap ${tap}`).toEqual([0, 0, 0, 0]);
  }
  [source, target].forEach((model: LayersModel) => model.dispose());
});

test('what has another shape or name stays as it was', async () => {
  const [source, target] = [createModel(denoiser), createModel({ ...denoiser, channels: 3, classes: 2 })];
  randomiseWeights(source, key(1));
  const before = await readWeights(target);
  const { taken, kept, unused } = await loadMatchingWeights(target, await weightsToSafetensors(source));
  expect(kept.sort()).toEqual(['out.conv.bias', 'out.conv.kernel', 'stem.kernel', 'time.label.kernel']);
  expect(unused.sort()).toEqual(['out.conv.bias', 'out.conv.kernel', 'stem.kernel']);
  expect(taken).toHaveLength(target.weights.length - 4);
  const [after, wanted] = [await readWeights(target), await readWeights(source)];
  for (const [name, values] of Object.entries(after))
    expect(values, name).toEqual((kept.includes(name) ? before : wanted)[name]);
  [source, target].forEach((model) => model.dispose());
});

test('weights of another kind of network are refused, and change nothing', async () => {
  const source = createModel({ kind: 'mlp-denoiser', dim: 2, hidden: [8], timeWidth: 4 });
  const target = createModel(generator);
  const [file, before] = [await weightsToSafetensors(source), await readWeights(target)];
  await expect(loadMatchingWeights(target, file)).rejects.toThrow(FileFormatError);
  await expect(loadMatchingWeights(target, file)).rejects.toThrow(/has no weight of a name and shape that .* has/);
  expect(await readWeights(target)).toEqual(before);
  [source, target].forEach((model) => model.dispose());
});
