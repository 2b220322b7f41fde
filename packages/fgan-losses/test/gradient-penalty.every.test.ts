import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { gradientPenalty, r1Penalty } from '@diffgan/fgan-losses';
import { key, normalArray, split, tanh } from '@diffgan/ops';

// V(x) = Σ_k a_k tanh(W_k · x) on two examples in three dimensions
const [D, K, B] = [3, 4, 2];
const [keyW, keyA, keyX, keyY] = split(key(11), 4);
const W = Array.from(normalArray(keyW, D * K));
const a = Array.from(normalArray(keyA, K));
const x = Array.from(normalArray(keyX, B * D));
const y = Array.from(normalArray(keyY, B * D));
const u = [0.3, 0.8];

/** ‖∇V‖² at one point in float64. */
function squaredSlope(weights: number[], heads: number[], at: number[]): number {
  const gradient = new Float64Array(D);
  for (let k = 0; k < K; k++) {
    const h = at.reduce((sum, v, d) => sum + v * weights[d * K + k], 0);
    for (let d = 0; d < D; d++) gradient[d] += heads[k] * (1 - Math.tanh(h) ** 2) * weights[d * K + k];
  }
  return gradient.reduce((sum, g) => sum + g * g, 0);
}

const example = (values: number[], b: number) => values.slice(b * D, (b + 1) * D);
const mean = (f: (b: number) => number) => (f(0) + f(1)) / B;
const mixture = (b: number) => example(x, b).map((v, d) => u[b] * v + (1 - u[b]) * example(y, b)[d]);

const penalties = {
  'two-sided gradient penalty': {
    host: (w: number[], h: number[]) => mean((b) => 10 * (Math.sqrt(squaredSlope(w, h, mixture(b))) - 1) ** 2),
    device: (critic: (x: tf.Tensor) => tf.Tensor, real: tf.Tensor, fake: tf.Tensor) =>
      gradientPenalty(critic, real, fake, { u: tf.tensor1d(u) }),
  },
  'one-sided gradient penalty': {
    host: (w: number[], h: number[]) =>
      mean((b) => 10 * Math.max(0, Math.sqrt(squaredSlope(w, h, mixture(b))) - 0.5) ** 2),
    device: (critic: (x: tf.Tensor) => tf.Tensor, real: tf.Tensor, fake: tf.Tensor) =>
      gradientPenalty(critic, real, fake, { u: tf.tensor1d(u), oneSided: true, target: 0.5 }),
  },
  R1: {
    host: (w: number[], h: number[]) => mean((b) => 0.025 * squaredSlope(w, h, example(x, b))),
    device: (critic: (x: tf.Tensor) => tf.Tensor, real: tf.Tensor) => r1Penalty(critic, real),
  },
};

/** Central differences; h = 1e-4 leaves h² and 1e-16/h, below 1e-7. */
function slopes(f: (values: number[]) => number, at: number[]): number[] {
  const h = 1e-4;
  return at.map((v, i) => (f(at.with(i, v + h)) - f(at.with(i, v - h))) / (2 * h));
}

test.each(Object.entries(penalties))('%s: value and gradient by the weights', async (_, { host, device }) => {
  const [real, fake] = [tf.tensor2d(x, [B, D]), tf.tensor2d(y, [B, D])];
  const variables = tf.tidy(() => [tf.variable(tf.tensor2d(W, [D, K])), tf.variable(tf.tensor2d(a, [K, 1]))]);
  const [weights, heads] = variables as tf.Tensor2D[];
  const critic = (input: tf.Tensor) => tf.matMul(tanh(tf.matMul(input as tf.Tensor2D, weights)), heads);
  const { value, grads } = tf.variableGrads(() => tf.mean(device(critic, real, fake)), variables);
  // float32 keeps 1e-6 of some tens of terms around 1.
  expect(await value.data()).toBeAllClose([host(W, a)], { rtol: 1e-4 });
  const expected = [slopes((w) => host(w, a), W), slopes((h) => host(W, h), a)];
  const largest = Math.max(...expected.flat().map(Math.abs));
  for (const [i, variable] of variables.entries())
    expect(await grads[variable.name].data()).toBeAllClose(expected[i], { rtol: 1e-3, atol: 1e-4 * largest });
  tf.dispose([real, fake, value, ...Object.values(grads), ...variables]);
});
