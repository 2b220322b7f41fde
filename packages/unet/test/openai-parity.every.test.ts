import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { FileFormatError, readSafetensors, writeSafetensors } from '@diffgan/files';
import { callModel } from '@diffgan/ops';
import { createModel, ddpmUnet, loadWeights, type ModelConfig, weightsToSafetensors } from '@diffgan/unet';
import * as configs from './configs.ts';
import { fromOpenai, openaiCommon, openaiNetworks } from './openai-networks.ts';
import { bytesOf, expectInputGradient, expectOutput } from './parity.ts';

describe.each(Object.entries(openaiNetworks))('%s', (_, network) => {
  test('computes what PyTorch computes', async () => {
    const { model, golden, inputs } = await fromOpenai(network);
    await expectOutput(model, golden, inputs);
    model.dispose();
  });

  test('goes back into a file with the bytes that came out of it', async () => {
    const { model } = await fromOpenai(network);
    const { tensors } = readSafetensors(await weightsToSafetensors(model, { layout: network.layout }));
    const original = readSafetensors(await bytesOf(network.files[0])).tensors;
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(original).sort());
    for (const [key, { shape, data }] of Object.entries(original))
      expect({ key, ...tensors[key] }).toMatchObject({ key, shape, data });
    model.dispose();
  });
});

test('a layout refuses a model that it has no place for', async () => {
  const model = ddpmUnet({ ...openaiCommon, resampling: 'plain' });
  await expect(weightsToSafetensors(model, { layout: 'diffusers' })).rejects.toThrow(/resampling is "plain"/);
  model.dispose();
});

test.each<[problem: RegExp, config: ModelConfig]>([
  [/middle is "none"; .* have "attention" there/, { ...configs.classifier }],
  [/middle is "blocks"; .* have "attention" there/, { ...openaiCommon, middle: 'blocks' }],
  [/resampling is "fir"; .* have no such filter/, { ...configs.guidedClassifier, resampling: 'fir' }],
  [/the model is a ddgan-generator; .* ddpm-unet or noise-classifier/, { ...configs.generator }],
])('the layout of OpenAI refuses what its networks have not: %s', async (problem, config) => {
  const model = createModel(config);
  await expect(weightsToSafetensors(model, { layout: 'openai' })).rejects.toThrow(problem);
  model.dispose();
});

test('a classifier with a head that there is none like is called that', async () => {
  const model = createModel(configs.guidedClassifier);
  const { tensors } = readSafetensors(await weightsToSafetensors(model, { layout: 'openai' }));
  const spatial = { ...tensors, 'out.0.weight': { shape: [4, 16], data: new Float32Array(64) } };
  const loading = loadWeights(model, writeSafetensors(spatial), { layout: 'openai' });
  await expect(loading).rejects.toThrow(FileFormatError);
  await expect(loading).rejects.toThrow(
    /: its head is .* pool "spatial" .*; take one with the pool "attention" or "adaptive"/,
  );
  model.dispose();
});

test('the gradient by the images is that of PyTorch', async () => {
  const { model, golden } = await fromOpenai(openaiNetworks['guided-diffusion with the new order of attention']);
  await expectInputGradient(golden, (xt) => tf.mean(tf.square(callModel(model, [xt, golden.tensor('position')]))));
  model.dispose();
});
