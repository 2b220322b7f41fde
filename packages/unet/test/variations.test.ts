import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { callModel, dropoutSeed, key, normal } from '@diffgan/ops';
import { compile } from '@diffgan/runtime';
import { classifierFreeGuidance } from '@diffgan/samplers';
import { ddpmUnet, type DdpmUnetConfig, diffusersConfig, weightsToSafetensors } from '@diffgan/unet';
import { denoiser, variations } from './configs.ts';
import { randomiseWeights } from './weights.ts';

/** A model with random weights, so that no zero hides a difference. */
function randomUnet(config: DdpmUnetConfig): LayersModel {
  const model = ddpmUnet(config);
  randomiseWeights(model, key(3));
  return model;
}

const xt = () => normal(key(1), [2, 8, 8, 1]);
const position = () => tf.tensor1d([0, 700]);

test('with every variation the output starts at zero and has twice the channels', async () => {
  const model = ddpmUnet(variations);
  const output = tf.tidy(() => callModel(model, [xt(), position(), tf.tensor1d([0, 3])]));
  expect(output.shape).toEqual([2, 8, 8, 2]);
  expect((await output.data()).every((value) => value === 0)).toBe(true);
  output.dispose();
  model.dispose();
});

test('tanh comes last, and other libraries have no such network', async () => {
  const models = [randomUnet(denoiser), randomUnet({ ...denoiser, tanh: true })];
  const [wanted, output] = models.map((model, i) =>
    tf.tidy(() => {
      const own = callModel(model, [xt(), position()]);
      return i === 0 ? tf.tanh(own) : own;
    }),
  );
  expect(await output.data()).toBeAllClose(await wanted.data(), { rtol: 1e-5, atol: 1e-6 });
  expect(() => diffusersConfig({ ...denoiser, tanh: true })).toThrow(/tanh is true/);
  await expect(weightsToSafetensors(models[1], { layout: 'openai' })).rejects.toThrow(/tanh is true/);
  tf.dispose([wanted, output]);
  models.forEach((model) => model.dispose());
});

describe('dropout', () => {
  const config = { ...denoiser, dropout: 0.3 };
  const run = (model: LayersModel, options: { training?: boolean; seed?: number }) =>
    tf.tidy(() => {
      const seed = options.seed === undefined ? undefined : dropoutSeed(key(options.seed));
      return callModel(model, [xt(), position()], { training: options.training, dropoutSeed: seed });
    });

  test('is silent outside of training', async () => {
    const models = [randomUnet(config), randomUnet(denoiser)];
    const outputs = models.map((model) => run(model, {}));
    const [withDropout, without] = await Promise.all(outputs.map((output) => output.data()));
    expect(withDropout).toEqual(without);
    tf.dispose(outputs);
    models.forEach((model) => model.dispose());
  });

  test('follows its seed, differently in every layer', async () => {
    const model = randomUnet(config);
    const outputs = [1, 1, 2].map((seed) => run(model, { training: true, seed }));
    const [first, again, other] = await Promise.all(outputs.map((output) => output.data()));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const streams = model.layers.flatMap((layer) => (layer.getConfig().stream as number | undefined) ?? []);
    expect(streams.length).toBe(8); // the blocks
    expect(new Set(streams).size).toBe(8);
    tf.dispose(outputs);
    model.dispose();
  });

  test('without a seed training is refused, with the way out', () => {
    const model = randomUnet(config);
    expect(() => run(model, { training: true })).toThrow(/without dropoutSeed. Make one for each step/);
    model.dispose();
  });

  test('a compiled step takes a new seed each time', async () => {
    const model = randomUnet(config);
    const step = (x: tf.Tensor, at: tf.Tensor, seed: tf.Tensor) =>
      callModel(model, [x, at], { training: true, dropoutSeed: seed as tf.Tensor2D });
    const compiled = compile(step);
    for (const number of [1, 2, 3]) {
      const inputs = [xt(), position(), dropoutSeed(key(number))] as const;
      const [actual, expected] = [compiled(...inputs), tf.tidy(() => step(...inputs))];
      expect(await actual.data()).toBeAllClose(await expected.data(), { rtol: 1e-4, atol: 1e-4 });
      tf.dispose([...inputs, actual, expected]);
    }
    compiled.dispose();
    model.dispose();
  });
});

describe('classes', () => {
  const config = { ...denoiser, classes: 3, nullClass: true };

  test('the label decides, whether it is a float or an integer', async () => {
    const model = randomUnet(config);
    const labels = [tf.tensor1d([0, 2]), tf.tensor1d([0, 2], 'int32'), tf.tensor1d([1, 2])];
    const outputs = labels.map((label) => tf.tidy(() => callModel(model, [xt(), position(), label])));
    const [float, integer, other] = await Promise.all(outputs.map((output) => output.data()));
    expect(integer).toEqual(float);
    expect(other.slice(0, 64)).not.toEqual(float.slice(0, 64));
    expect(other.slice(64)).toEqual(float.slice(64));
    tf.dispose([labels, outputs]);
    model.dispose();
  });

  test('the null class is what guidance without a classifier takes', async () => {
    const model = randomUnet(config);
    const none = tf.tensor1d([3, 3], 'int32');
    const unconditional = classifierFreeGuidance(model, { w: -1, nullCond: 3 });
    const outputs = tf.tidy(() => [
      unconditional(xt(), position(), tf.tensor1d([0, 1], 'int32')),
      callModel(model, [xt(), position(), none]),
    ]);
    const [guided, plain] = await Promise.all(outputs.map((output) => output.data()));
    expect(guided).toBeAllClose(plain, { rtol: 1e-5, atol: 1e-5 });
    tf.dispose([none, outputs]);
    model.dispose();
  });
});
