import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { callModel, key, normal } from '@diffgan/ops';
import { createModel, registerLayers } from '@diffgan/unet';
import * as configs from './configs.ts';
import { randomiseWeights } from './weights.ts';

const position = () => tf.tensor1d([0, 3]);
const vector = (n: number) => normal(key(n), [2, 2]);
const cases = {
  'ddpm-unet': { config: configs.denoiser, inputs: () => [normal(key(1), [2, 8, 8, 1]), position()] },
  variations: {
    config: configs.variations,
    inputs: () => [normal(key(1), [2, 8, 8, 1]), position(), tf.tensor1d([2, 3])],
  },
  'padding all around': {
    config: { ...configs.denoiser, downPadding: 'around' as const },
    inputs: () => [normal(key(1), [2, 8, 8, 1]), position()],
  },
  'ddgan-generator': {
    config: configs.generator,
    inputs: () => [normal(key(1), [2, 8, 8, 1]), normal(key(2), [2, 3]), position()],
  },
  ncsnpp: {
    config: { ...configs.ncsnpp, classes: 3 },
    inputs: () => [normal(key(1), [2, 8, 4, 2]), normal(key(2), [2, 3]), position(), tf.tensor1d([2, 0])],
  },
  'small critic': {
    config: configs.smallCritic,
    inputs: () => [normal(key(1), [2, 12, 8, 1]), normal(key(2), [2, 12, 8, 1]), position()],
  },
  'ddgan-discriminator': {
    config: configs.critic,
    inputs: () => [normal(key(1), [2, 8, 8, 1]), normal(key(2), [2, 8, 8, 1]), position()],
  },
  'vdm-denoiser': { config: configs.vdm, inputs: () => [normal(key(1), [2, 4, 4, 1]), position()] },
  'noise-classifier': { config: configs.classifier, inputs: () => [normal(key(1), [2, 4, 8, 2]), position()] },
  'noise-classifier with attention in its head': {
    config: configs.guidedClassifier,
    inputs: () => [normal(key(1), [2, 4, 8, 2]), position()],
  },
  'mlp-denoiser': { config: configs.mlpDenoiser, inputs: () => [vector(1), position()] },
  'mlp-generator': { config: configs.mlpGenerator, inputs: () => [vector(1), normal(key(2), [2, 3]), position()] },
  'mlp-critic': { config: configs.mlpCritic, inputs: () => [vector(1), vector(2), position()] },
  'mlp-classifier': { config: configs.mlpClassifier, inputs: () => [vector(1), position()] },
  'told denoiser': {
    config: configs.toldDenoiser,
    inputs: () => [normal(key(1), [2, 8, 8, 1]), position(), tf.tensor1d([2, 0]), normal(key(2), [2, 9])],
  },
  'told mlp-critic': {
    config: configs.toldMlpCritic,
    inputs: () => [vector(1), vector(2), position(), tf.tensor1d([2, 0])],
  },
};

test.each(Object.entries(cases))('%s goes through the files of tfjs unchanged', async (_, { config, inputs }) => {
  registerLayers();
  const model = createModel(config);
  randomiseWeights(model, key(5));
  let files: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      files = artifacts;
      return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
    }),
  );
  const twin = await loadLayersModel(tf.io.fromMemory(files as tf.io.ModelArtifacts));
  const outputs = [model, twin].map((m) => tf.tidy(() => callModel(m, inputs())));
  const [expected, actual] = await Promise.all(outputs.map((output) => output.data()));
  expect(actual).toEqual(expected);
  tf.dispose(outputs);
  model.dispose();
  twin.dispose();
});

test('registering twice does no harm, and a frozen layer stays frozen', () => {
  registerLayers();
  registerLayers();
  const model = createModel(configs.critic);
  model.getLayer('stem').trainable = false;
  const config = model.getLayer('stem').getConfig();
  expect(config).toMatchObject({ name: 'stem', trainable: false, filters: 4, kernelSize: 3 });
  model.dispose();
});
