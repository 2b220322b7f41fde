import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { adam, setParameters, TrainedNetwork } from '@diffgan/training';
import { makeDenoiser, makeNetworks } from './toy.ts';
import { weightsOf } from './run.ts';

test('the vectors hold the variables one after the other, and the average starts as a copy', async () => {
  const model = makeDenoiser();
  const network = new TrainedNetwork(model, adam(), 0.9);
  const weights = await weightsOf(model);
  const { parameters, average, m, v } = network.vectors;
  expect(Array.from(await parameters.data())).toEqual(weights);
  expect(Array.from(await average.data())).toEqual(weights);
  expect(await m.data()).toEqual(new Float32Array(weights.length));
  expect(await v.data()).toEqual(new Float32Array(weights.length));
  network.dispose();
  expect(await weightsOf(model)).toEqual(weights);
  model.dispose();
});

test('descend moves the model with the vectors; a missing gradient counts as zero', async () => {
  const model = makeDenoiser();
  const network = new TrainedNetwork(model, adam(), 0.9);
  const before = await weightsOf(model);
  const [first, second] = network.variables;
  const gradient = tf.onesLike(first);
  const gradients = { [first.name]: gradient, [second.name]: null as unknown as tf.Tensor };
  network.descend(gradients, { count: 1, learningRate: 0.01 });
  const after = await weightsOf(model);
  expect(after).toEqual(Array.from(await network.vectors.parameters.data()));
  expect(after.slice(0, first.size)).toBeAllClose(before.slice(0, first.size).map((w) => w - 0.01));
  expect(after.slice(first.size)).toEqual(before.slice(first.size));
  // the first update of the average keeps 2/11 of the old one
  const average = before.map((w, i) => after[i] + (2 / 11) * (w - after[i]));
  expect(await network.vectors.average.data()).toBeAllClose(average);
  gradient.dispose();
  network.dispose();
  model.dispose();
});

test('setParameters writes a vector into a model, and refuses one of another size', async () => {
  const { generator, critic } = makeNetworks();
  const size = generator.countParams();
  const vector = tf.range(0, size);
  setParameters(generator, vector);
  expect(await weightsOf(generator)).toEqual(Array.from({ length: size }, (_, i) => i));
  expect(() => setParameters(critic, vector)).toThrow(RangeError);
  expect(() => setParameters(critic, vector)).toThrow(new RegExp(`vector has ${size} parameters`));
  vector.dispose();
  generator.dispose();
  critic.dispose();
});
