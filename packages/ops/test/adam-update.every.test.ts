import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { adamRates, adamUpdate, key, normalArray, split } from '@diffgan/ops';

const n = 1003; // more than a workgroup and no multiple of a vector register
const options = {
  count: 3,
  learningRate: 2e-3,
  beta1: 0.5,
  beta2: 0.9,
  epsilon: 1e-8,
  weightDecay: 0.1,
  averaging: 0.25,
};

test.each([0.5, 0])('one step with beta1 = %d equals float64, and the inputs stay as they were', async (beta1) => {
  const [parameters, m, gradient, average, root] = split(key(5), 5).map((k) => normalArray(k, n));
  const v = root.map((x) => x * x);
  const { count, learningRate, beta2, epsilon, weightDecay, averaging } = options;
  const mNext = Float64Array.from(m, (x, i) => beta1 * x + (1 - beta1) * gradient[i]);
  const vNext = Float64Array.from(v, (x, i) => beta2 * x + (1 - beta2) * gradient[i] ** 2);
  const next = Float64Array.from(parameters, (x, i) => {
    const [mHat, vHat] = [mNext[i] / (1 - beta1 ** count), vNext[i] / (1 - beta2 ** count)];
    return x * (1 - learningRate * weightDecay) - (learningRate * mHat) / (Math.sqrt(vHat) + epsilon);
  });
  const averageNext = next.map((x, i) => average[i] + averaging * (x - average[i]));

  const inputs = [parameters, m, v, average, gradient, adamRates({ ...options, beta1 })].map((values) =>
    tf.tensor1d(values),
  );
  const [p, first, second, mean, g, rates] = inputs;
  const result = adamUpdate({ parameters: p, m: first, v: second, average: mean }, g, rates);
  // A handful of float32 roundings of numbers up to 4, and of the coefficients.
  const tolerance = { rtol: 2e-6, atol: 2e-6 };
  expect(await result.parameters.data()).toBeAllClose(next, tolerance);
  expect(await result.m.data()).toBeAllClose(mNext, tolerance);
  expect(await result.v.data()).toBeAllClose(vNext, tolerance);
  expect(await result.average.data()).toBeAllClose(averageNext, tolerance);
  expect(await p.data()).toEqual(parameters);
  tf.dispose([inputs, result]);
});

test('vectors of different lengths and rates of another kind are refused by name', () => {
  const two = tf.zeros<tf.Rank.R1>([2]);
  const three = tf.zeros<tf.Rank.R1>([3]);
  const vectors = { parameters: two, m: two, v: two, average: two };
  const rates = tf.tensor1d(adamRates(options));
  expect(() => adamUpdate(vectors, three, rates)).toThrow(/^adamUpdate: gradient has shape \[3\]/);
  expect(() => adamUpdate({ ...vectors, v: three }, two, rates)).toThrow(/^adamUpdate: v has shape \[3\]/);
  expect(() => adamUpdate(vectors, two, three)).toThrow(/^adamUpdate: rates has shape \[3\]/);
  tf.dispose([two, three, rates]);
});
