import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { setParameters, TrainedNetwork } from '@diffgan/training';
import { weightsOf } from './run.ts';
import { makeDenoiser, makeNetworks } from './toy.ts';

test('the vectors hold the variables one after the other, and the average starts as a copy', async () => {
  const model = makeDenoiser();
  const weights = await weightsOf(model);
  const vectors = new TrainedNetwork(model).start();
  expect(Array.from(await vectors.parameters.data())).toEqual(weights);
  expect(Array.from(await vectors.average.data())).toEqual(weights);
  expect(await vectors.m.data()).toEqual(new Float32Array(weights.length));
  expect(await vectors.v.data()).toEqual(new Float32Array(weights.length));
  tf.dispose(vectors);
  model.dispose();
});

test('the loss is that of the weights in the vector, and the model keeps its own', async () => {
  const model = makeDenoiser();
  const network = new TrainedNetwork(model);
  const before = await weightsOf(model);
  const [first] = network.variables;
  const loss = () => tf.sum<tf.Scalar>(tf.square(first));
  const { value, gradient } = tf.tidy(() => {
    const parameters = tf.fill<tf.Rank.R1>([before.length], 0.5);
    const { value, gradient } = network.gradient(parameters, loss);
    return { value, gradient };
  });
  expect(await value.data()).toBeAllClose([0.25 * first.size]);
  // 2·0.5 for the variable in the loss; the others are not in it and have gradient zero
  const expected = before.map((_, i) => (i < first.size ? 1 : 0));
  expect(await gradient.data()).toBeAllClose(expected);
  expect(await weightsOf(model)).toEqual(before);
  tf.dispose([value, gradient]);
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
