import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { callModel, gradientOf, key } from '@diffgan/ops';
import { createModel, loadWeights, type ModelConfig } from '@diffgan/unet';
import * as configs from './configs.ts';
import criticWeights from './golden/mlp-critic.safetensors?url&inline';
import criticResults from './golden/mlp-critic-results.safetensors?url&inline';
import mlpWeights from './golden/mlp-denoiser.safetensors?url&inline';
import mlpResults from './golden/mlp-denoiser-results.safetensors?url&inline';
import generatorWeights from './golden/mlp-generator.safetensors?url&inline';
import generatorResults from './golden/mlp-generator-results.safetensors?url&inline';
import classifierWeights from './golden/noise-classifier.safetensors?url&inline';
import classifierResults from './golden/noise-classifier-results.safetensors?url&inline';
import vdmWeights from './golden/vdm-denoiser.safetensors?url&inline';
import vdmResults from './golden/vdm-denoiser-results.safetensors?url&inline';
import { bytesOf, expectGradients, expectOutput, Golden, tolerance } from './parity.ts';

// float64 results of PyTorch, kept in float32; weights in the library's own layout: golden/make-denoisers.py

const networks: Record<string, { config: ModelConfig; weights: string; results: string }> = {
  vdmDenoiser: { config: configs.vdm, weights: vdmWeights, results: vdmResults },
  noiseClassifier: { config: configs.classifier, weights: classifierWeights, results: classifierResults },
  mlpDenoiser: { config: configs.mlpDenoiser, weights: mlpWeights, results: mlpResults },
  mlpGenerator: { config: configs.mlpGenerator, weights: generatorWeights, results: generatorResults },
  mlpCritic: { config: configs.mlpCritic, weights: criticWeights, results: criticResults },
};

async function loaded(config: ModelConfig, weights: string): Promise<LayersModel> {
  const model = createModel(config, { key: null });
  await loadWeights(model, await bytesOf(weights));
  return model;
}

describe.each(Object.entries(networks))('%s', (_, { config, weights, results }) => {
  test('computes what the same network does in PyTorch', async () => {
    const model = await loaded(config, weights);
    await expectOutput(model, await Golden.read(results), model.inputNames);
    model.dispose();
  });

  test('has the gradients that PyTorch has, by its inputs and by its weights', async () => {
    const [model, golden] = [await loaded(config, weights), await Golden.read(results)];
    const loss = (inputs: tf.Tensor[]): tf.Scalar => tf.sum(tf.mul(callModel(model, inputs), golden.tensor('probe')));
    const byInputs = tf.tidy(() =>
      tf.grads((...inputs: tf.Tensor[]) => loss(inputs))(model.inputNames.map(golden.tensor)),
    );
    for (const [i, name] of model.inputNames.entries()) {
      const expected = golden.values(`grad.${name}`);
      const largest = Math.max(...expected.map(Math.abs));
      expect(await byInputs[i].data(), name).toBeAllClose(expected, { rtol: 0, atol: tolerance() * largest });
    }
    tf.dispose(byInputs);
    await expectGradients(model, golden, { layout: 'native', loss: () => loss(model.inputNames.map(golden.tensor)) });
    model.dispose();
  });

  test('its summary tells the number of parameters', () => {
    const model = createModel(config);
    const lines: string[] = [];
    model.summary(undefined, undefined, (line: string) => lines.push(line));
    const count = model.weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
    expect(lines.join('\n')).toContain(`Total params: ${count}`);
    expect(model.countParams()).toBe(count);
    model.dispose();
  });
});

test('the gradients of R1 of mlpCritic are those of PyTorch', async () => {
  const [model, golden] = [await loaded(configs.mlpCritic, criticWeights), await Golden.read(criticResults)];
  const penalty = (): tf.Scalar => {
    const [xPrev, ...rest] = model.inputNames.map(golden.tensor);
    return tf.mean(tf.sum(tf.square(gradientOf((x) => callModel(model, [x, ...rest]), xPrev)), 1));
  };
  const value = tf.tidy(penalty);
  expect(await value.data()).toBeAllClose(golden.values('penalty'), { rtol: tolerance(), atol: 0 });
  value.dispose();
  await expectGradients(model, golden, { layout: 'native', prefix: 'penalty', loss: penalty });
  model.dispose();
});

test('networks start where their formulas say', async () => {
  const start = async (config: ModelConfig, inputs: tf.Tensor[]) => {
    const model = createModel(config, { key: key(3) });
    const output = tf.tidy(() => callModel(model, inputs));
    const values = Array.from(await output.data());
    tf.dispose([output, inputs]);
    model.dispose();
    return values;
  };
  const position = () => tf.tensor1d([1]);
  const z = Float32Array.from({ length: 16 }, (_, i) => i / 7 - 1);
  expect(await start(configs.vdm, [tf.tensor(z, [1, 4, 4, 1]), position()])).toEqual(Array.from(z));
  expect(await start(configs.classifier, [tf.ones([1, 4, 8, 2]), position()])).toEqual([0, 0, 0]);
  expect(await start(configs.mlpDenoiser, [tf.ones([1, 2]), position()])).toEqual([0, 0]);
});
