import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { r1Penalty } from '@diffgan/fgan-losses';
import { callModel } from '@diffgan/ops';
import { readSafetensors } from '@diffgan/ops/files';
import { createModel, loadWeights, type ModelConfig, weightsToSafetensors } from '@diffgan/unet';
import * as configs from './configs.ts';
import generatorUrl from './golden/ncsnpp-generator.safetensors?url&inline';
import generatorResultsUrl from './golden/ncsnpp-generator-results.safetensors?url&inline';
import largeUrl from './golden/ncsnpp-large-critic.safetensors?url&inline';
import largeResultsUrl from './golden/ncsnpp-large-critic-results.safetensors?url&inline';
import smallUrl from './golden/ncsnpp-small-critic.safetensors?url&inline';
import smallResultsUrl from './golden/ncsnpp-small-critic-results.safetensors?url&inline';

// The golden files are what golden/make-ncsnpp.py makes of the same networks in PyTorch, in float64.

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

const bytesOf = async (url: string): Promise<Uint8Array> => new Uint8Array(await (await fetch(url)).arrayBuffer());

async function setUp({ config, inputs, files: [weightsUrl, resultsUrl] }: (typeof networks)[string]) {
  const model = createModel(config);
  await loadWeights(model, await bytesOf(weightsUrl), { layout: 'ncsnpp' });
  const results = readSafetensors(await bytesOf(resultsUrl)).tensors;
  const values = (name: string) => results[name].data as Float32Array;
  const tensor = (name: string) => tf.tensor(values(name), [...results[name].shape]);
  const rest = inputs.slice(1);
  const call = (x: tf.Tensor) => callModel(model, [x, ...rest.map(tensor)]);
  return { model, values, tensor, call, first: () => tensor(inputs[0]) };
}

/** float32 keeps 6e-8 of a sum's terms, over tens of layers; WGSL promises sines only to 2^-11, the time embedding's. */
const share = () => (tf.getBackend() === 'webgpu' ? 1e-3 : 1e-4);

const largest = (values: Float32Array) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** Gradients of `loss` by all weights, in the names and axes of PyTorch, against those of the golden file. */
async function expectGradients(
  { model, values }: Awaited<ReturnType<typeof setUp>>,
  prefix: string,
  loss: () => tf.Scalar,
): Promise<void> {
  const { value, gradients } = await gradientsOf(model, loss);
  const expected = Object.keys(gradients).map((key) => values(`${prefix}.${key}`));
  const most = Math.max(...expected.map(largest));
  for (const [i, [key, gradient]] of Object.entries(gradients).entries()) {
    const atol = share() * Math.max(largest(expected[i]), 1e-2 * most); // of the rest only what cancellation left
    expect(gradient, key).toBeAllClose(expected[i], { rtol: 0, atol });
  }
  if (prefix === 'r1') expect([value]).toBeAllClose(values('r1'), { rtol: share(), atol: 0 });
}

async function gradientsOf(model: LayersModel, loss: () => tf.Scalar) {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const { value, grads } = tf.tidy(() => tf.variableGrads(loss, variables));
  // The gradients take the place of the weights, so that the layout names and turns them.
  tf.tidy(() => {
    for (const [i, weight] of model.trainableWeights.entries())
      weight.write(grads[variables[i].name] ?? tf.zeros(weight.shape as number[]));
  });
  const { tensors } = readSafetensors(await weightsToSafetensors(model, { layout: 'ncsnpp' }));
  const gradients = Object.fromEntries(Object.entries(tensors).map(([k, { data }]) => [k, data as Float32Array]));
  const [number] = await value.data();
  tf.dispose([value, grads]);
  return { value: number, gradients };
}

describe.each(Object.entries(networks))('the %s of the release', (_, network) => {
  test('computes what PyTorch computes', async () => {
    const { model, values, call, first } = await setUp(network);
    const output = tf.tidy(() => call(first()));
    expect(await output.data()).toBeAllClose(values('output'), { rtol: 0, atol: share() });
    output.dispose();
    model.dispose();
  });

  test('has the gradients of PyTorch', async () => {
    const setting = await setUp(network);
    const { model, call, first, tensor } = setting;
    await expectGradients(setting, 'grad', () => tf.sum(tf.mul(call(first()), tensor('towards'))));
    model.dispose();
  });

  test('goes back into a file with the bytes that came out of it', async () => {
    const { model } = await setUp(network);
    const { tensors } = readSafetensors(await weightsToSafetensors(model, { layout: 'ncsnpp' }));
    const original = readSafetensors(await bytesOf(network.files[0])).tensors;
    const bare = Object.entries(original).map(([key, tensor]) => [key.replace(/^module\./, ''), tensor] as const);
    expect(Object.keys(tensors).sort()).toEqual(bare.map(([key]) => key).sort());
    for (const [key, { shape, data }] of bare) expect({ key, ...tensors[key] }).toMatchObject({ key, shape, data });
    model.dispose();
  });
});

test.each(critics)('R1 of the %s has the gradient of PyTorch', async (_, network) => {
  const setting = await setUp(network);
  await expectGradients(setting, 'r1', () => tf.mean(r1Penalty(setting.call, setting.first(), { gamma: 1 })));
  setting.model.dispose();
});
