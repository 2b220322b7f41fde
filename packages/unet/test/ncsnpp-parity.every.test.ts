import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { r1Penalty } from '@diffgan/fgan-losses';
import { readSafetensors } from '@diffgan/files';
import { callModel } from '@diffgan/ops';
import { createModel, loadWeights, type ModelConfig, weightsToSafetensors } from '@diffgan/unet';
import * as configs from './configs.ts';
import generatorUrl from './golden/ncsnpp-generator.safetensors?url&inline';
import generatorResultsUrl from './golden/ncsnpp-generator-results.safetensors?url&inline';
import largeUrl from './golden/ncsnpp-large-critic.safetensors?url&inline';
import largeResultsUrl from './golden/ncsnpp-large-critic-results.safetensors?url&inline';
import smallUrl from './golden/ncsnpp-small-critic.safetensors?url&inline';
import smallResultsUrl from './golden/ncsnpp-small-critic-results.safetensors?url&inline';
import { bytesOf, expectGradients, expectOutput, Golden, tolerance } from './parity.ts';

// The golden files are what golden/make-ncsnpp.py makes of the same networks in PyTorch, in float64.

const layout = 'ncsnpp';

const networks: Record<string, { config: ModelConfig; inputs: string[]; files: [weights: string, results: string] }> = {
  generator: {
    config: { ...configs.ncsnpp, classes: 3 },
    inputs: ['xt', 'z', 'position', 'label'],
    files: [generatorUrl, generatorResultsUrl],
  },
  'small critic': {
    config: configs.smallCritic,
    inputs: ['xPrev', 'xt', 'position'],
    files: [smallUrl, smallResultsUrl],
  },
  'large critic': {
    config: { ...configs.largeCritic, classes: 3 },
    inputs: ['xPrev', 'xt', 'position', 'label'],
    files: [largeUrl, largeResultsUrl],
  },
};
const critics = Object.entries(networks).filter(([name]) => name.endsWith('critic'));

async function setUp({ config, inputs, files: [weights, results] }: (typeof networks)[string]) {
  const model = createModel(config);
  await loadWeights(model, await bytesOf(weights), { layout });
  const golden = await Golden.read(results);
  const [first, ...rest] = inputs;
  return {
    model,
    golden,
    first: () => golden.tensor(first),
    call: (x: tf.Tensor) => callModel(model, [x, ...rest.map(golden.tensor)]),
  };
}

describe.each(Object.entries(networks))('the %s of the release', (_, network) => {
  test('computes what PyTorch computes', async () => {
    const { model, golden } = await setUp(network);
    await expectOutput(model, golden, network.inputs);
    model.dispose();
  });

  test('has the gradients of PyTorch', async () => {
    const { model, golden, call, first } = await setUp(network);
    const loss = () => tf.sum<tf.Scalar>(tf.mul(call(first()), golden.tensor('towards')));
    await expectGradients(model, golden, { layout, loss });
    model.dispose();
  });

  test('goes back into a file with the bytes that came out of it', async () => {
    const { model } = await setUp(network);
    const { tensors } = readSafetensors(await weightsToSafetensors(model, { layout }));
    const original = readSafetensors(await bytesOf(network.files[0])).tensors;
    const bare = Object.entries(original).map(([key, tensor]) => [key.replace(/^module\./, ''), tensor] as const);
    expect(Object.keys(tensors).sort()).toEqual(bare.map(([key]) => key).sort());
    for (const [key, { shape, data }] of bare) expect({ key, ...tensors[key] }).toMatchObject({ key, shape, data });
    model.dispose();
  });
});

test.each(critics)('R1 of the %s and its gradient are those of PyTorch', async (_, network) => {
  const { model, golden, call, first } = await setUp(network);
  const loss = () => tf.mean<tf.Scalar>(r1Penalty(call, first(), { gamma: 1 }));
  const penalty = tf.tidy(loss);
  expect(await penalty.data()).toBeAllClose(golden.values('r1'), { rtol: tolerance(), atol: 0 });
  penalty.dispose();
  await expectGradients(model, golden, { layout, loss, prefix: 'r1' });
  model.dispose();
});
