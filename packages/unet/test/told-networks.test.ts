import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { callModel, key, normal } from '@diffgan/ops';
import {
  createModel,
  diffusersConfig,
  loadModel,
  type ModelConfig,
  modelConfig,
  saveModel,
  weightsToSafetensors,
} from '@diffgan/unet';
import * as configs from './configs.ts';
import { nameOf, randomiseWeights, readWeights } from './weights.ts';

const batch = 3;
const x = () => normal(key(1), [batch, 2]);
const image = () => normal(key(1), [batch, 8, 8, 1]);
const positions = () => tf.tensor1d([0, 1, 5]);

/** Networks, what they take before the last input, and two values of that; the weights that it alone reaches. */
const cases: Record<
  string,
  { config: ModelConfig; leading: () => tf.Tensor[]; last: (() => tf.Tensor)[]; own: string }
> = {
  'denoiser of points': {
    config: configs.toldMlpDenoiser,
    leading: () => [x(), positions()],
    last: [() => tf.tensor1d([0, 1, 3], 'int32'), () => tf.tensor1d([0, 2, 2], 'int32')], // 3 is no class
    own: 'hidden.0.kernel',
  },
  'generator of points': {
    config: configs.toldMlpGenerator,
    leading: () => [x(), normal(key(2), [batch, 3]), positions()],
    last: [() => tf.tensor1d([0, 1, 1], 'int32'), () => tf.tensor1d([0, 2, 0], 'int32')],
    own: 'hidden.0.kernel',
  },
  'critic of points': {
    config: configs.toldMlpCritic,
    leading: () => [x(), normal(key(2), [batch, 2]), positions()],
    last: [() => tf.tensor1d([0, 1, 1], 'int32'), () => tf.tensor1d([0, 2, 0], 'int32')],
    own: 'hidden.0.kernel',
  },
  'U-Net told how images were moved': {
    config: configs.toldDenoiser,
    leading: () => [image(), positions(), tf.tensor1d([0, 1, 2], 'int32')],
    last: [
      () => tf.zeros([batch, 9]),
      () => tf.tidy(() => tf.concat([tf.zeros([1, 9]), normal(key(4), [batch - 1, 9])])),
    ],
    own: 'time.augmentation.kernel',
  },
};

let folders: string | undefined;
afterAll(() => folders && rm(folders, { recursive: true }));

test.each(Object.entries(cases))('%s: the last input changes the examples that it changes', async (_, given) => {
  const model = createModel(given.config);
  randomiseWeights(model, key(5));
  const outputs = given.last.map((last) => tf.tidy(() => callModel(model, [...given.leading(), last()])));
  const [one, other] = await Promise.all(outputs.map((output) => output.array() as Promise<unknown[]>));
  expect(outputs[0].shape[0]).toBe(batch);
  expect(one[0]).toEqual(other[0]);
  expect(one[1]).not.toEqual(other[1]);
  expect(one[2]).not.toEqual(other[2]);
  tf.dispose(outputs);
  model.dispose();
});

test.each(Object.entries(cases))('%s: gradients reach its weights', async (_, { config, leading, last, own }) => {
  const model = createModel(config);
  randomiseWeights(model, key(5));
  const weight = model.trainableWeights.find((candidate) => nameOf(candidate) === own)!;
  const variable = weight.read() as tf.Variable;
  const { value, grads } = tf.tidy(() =>
    tf.variableGrads(() => tf.mean<tf.Scalar>(tf.square(callModel(model, [...leading(), last[1]()]))), [variable]),
  );
  const gradient = (await grads[variable.name].array()) as number[][];
  // Rows of the inputs, the last ones those of the last input: of a label nobody has there is nothing to learn.
  const rows = gradient.slice(own === 'hidden.0.kernel' ? -labelsOf(config) : 0);
  const learned = rows.map((row) => row.some((g) => g !== 0));
  const labels = tf.tidy(() => (own === 'hidden.0.kernel' ? (last[1]().arraySync() as number[]) : undefined));
  expect(learned).toEqual(rows.map((_row, label) => labels?.includes(label) ?? true));
  tf.dispose([value, grads]);
  model.dispose();
});

const labelsOf = (config: ModelConfig) => {
  const { classes = 0, nullClass = false } = config as { classes?: number; nullClass?: boolean };
  return classes + (nullClass ? 1 : 0);
};

test.each(Object.entries(cases))('%s comes back from its folder', async (name, { config, leading, last }) => {
  folders ??= await mkdtemp(join(tmpdir(), 'diffgan-told-'));
  const model = createModel(config);
  randomiseWeights(model, key(6));
  const folder = join(folders, name);
  await saveModel(folder, model);
  const twin = await loadModel(folder);
  expect(modelConfig(twin)).toEqual(config);
  expect(await readWeights(twin)).toEqual(await readWeights(model));
  const outputs = [model, twin].map((m) => tf.tidy(() => callModel(m, [...leading(), last[0]()])));
  const [expected, actual] = await Promise.all(outputs.map((output) => output.data()));
  expect(actual).toEqual(expected);
  tf.dispose(outputs);
  [model, twin].forEach((m) => m.dispose());
});

test('an image that was not moved is told by zeros, which leave the network without the input', async () => {
  const plain = createModel({ ...configs.denoiser, classes: 3 });
  const told = createModel(configs.toldDenoiser);
  randomiseWeights(plain, key(7));
  tf.tidy(() => {
    for (const weight of told.weights) {
      const twin = plain.weights.find((other) => nameOf(other) === nameOf(weight));
      weight.write(twin ? twin.read() : tf.ones(weight.shape as number[]));
    }
  });
  const inputs = [image(), positions(), tf.tensor1d([0, 1, 2], 'int32')];
  const zeros = tf.zeros([batch, 9]);
  const outputs = [callModel(plain, inputs), callModel(told, [...inputs, zeros])];
  const [expected, actual] = await Promise.all(outputs.map((output) => output.data()));
  expect(actual).toEqual(expected);
  tf.dispose([inputs, zeros, outputs]);
  [plain, told].forEach((model) => model.dispose());
});

test('the classifier of points starts without an opinion and takes points alone', async () => {
  const model = createModel(configs.mlpClassifier);
  const logits = tf.tidy(() => callModel(model, [x(), positions()]));
  expect(logits.shape).toEqual([batch, 3]);
  expect(await logits.data()).toEqual(new Float32Array(9));
  expect(model.inputs).toHaveLength(2);
  logits.dispose();
  model.dispose();
});

test('other libraries have no such input', async () => {
  expect(() => diffusersConfig(configs.toldDenoiser)).toThrow(/augmentationLabels is true/);
  const model = createModel(configs.toldDenoiser);
  await expect(weightsToSafetensors(model, { layout: 'openai' })).rejects.toThrow(/augmentationLabels is true/);
  model.dispose();
});
