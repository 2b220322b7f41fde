import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { callModel } from '@diffgan/ops';
import { readSafetensors } from '@diffgan/ops/files';
import { ddpmUnet, type DdpmUnetConfig, type LayoutName, loadWeights, weightsToSafetensors } from '@diffgan/unet';
import guidedUrl from './golden/openai-guided.safetensors?url&inline';
import guidedResultsUrl from './golden/openai-guided-results.safetensors?url&inline';
import improvedUrl from './golden/openai-improved.safetensors?url&inline';
import improvedResultsUrl from './golden/openai-improved-results.safetensors?url&inline';
import plainUrl from './golden/openai-plain.safetensors?url&inline';
import plainResultsUrl from './golden/openai-plain-results.safetensors?url&inline';
import { bytesOf, expectGradients, expectInputGradient, expectOutput, Golden } from './parity.ts';

// The golden files are what golden/make-openai.py makes of the same networks in PyTorch.

const common: DdpmUnetConfig = {
  kind: 'ddpm-unet',
  imageSize: 8,
  channels: 2,
  baseChannels: 4,
  channelMultipliers: [1, 2],
  blocksPerLevel: 1,
  attentionResolutions: [4],
  downPadding: 'around',
  groups: 2,
  epsilon: 1e-5,
  cosineFirst: true,
  frequencyShift: 0,
};

interface Network {
  config: DdpmUnetConfig;
  layout: LayoutName;
  files: [weights: string, results: string];
}

const networks: Record<string, Network> = {
  'improved-diffusion': {
    config: { ...common, heads: 4, scaleShiftNorm: true, learnedVariance: true, classes: 3 },
    layout: 'openai',
    files: [improvedUrl, improvedResultsUrl],
  },
  'guided-diffusion with the new order of attention': {
    config: {
      ...common,
      attentionResolutions: [4, 8],
      headChannels: 2,
      scaleShiftNorm: true,
      resampling: 'block',
      learnedVariance: true,
    },
    layout: 'openai-new-order',
    files: [guidedUrl, guidedResultsUrl],
  },
  'improved-diffusion without convolutions between sizes': {
    config: { ...common, heads: 2, resampling: 'plain' },
    layout: 'openai',
    files: [plainUrl, plainResultsUrl],
  },
};

async function setUp({ config, layout, files: [weights, results] }: Network) {
  const model = ddpmUnet(config);
  await loadWeights(model, await bytesOf(weights), { layout });
  const inputs = ['xt', 'position', ...(config.classes ? ['label'] : [])];
  return { model, golden: await Golden.read(results), inputs };
}

describe.each(Object.entries(networks))('%s', (_, network) => {
  test('computes what PyTorch computes', async () => {
    const { model, golden, inputs } = await setUp(network);
    await expectOutput(model, golden, inputs);
    model.dispose();
  });

  test('has the gradients of PyTorch', async () => {
    const { model, golden, inputs } = await setUp(network);
    const loss = (xt: tf.Tensor) =>
      tf.mean<tf.Scalar>(tf.square(callModel(model, [xt, ...inputs.slice(1).map(golden.tensor)])));
    await expectInputGradient(golden, loss);
    await expectGradients(model, golden, { layout: network.layout, loss: () => loss(golden.tensor('xt')) });
    model.dispose();
  });

  test('goes back into a file with the bytes that came out of it', async () => {
    const { model } = await setUp(network);
    const { tensors } = readSafetensors(await weightsToSafetensors(model, { layout: network.layout }));
    const original = readSafetensors(await bytesOf(network.files[0])).tensors;
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(original).sort());
    for (const [key, { shape, data }] of Object.entries(original))
      expect({ key, ...tensors[key] }).toMatchObject({ key, shape, data });
    model.dispose();
  });
});

test('a layout refuses a model that it has no place for', async () => {
  const model = ddpmUnet({ ...common, resampling: 'plain' });
  await expect(weightsToSafetensors(model, { layout: 'diffusers' })).rejects.toThrow(/resampling is "plain"/);
  model.dispose();
});
