import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { adamUpdate, key, normalArray, split } from '@diffgan/ops';
import { adam, type AdamOptions, adamW } from '@diffgan/training';

/** Algorithm 1 of Kingma, Ba 2015 in float64. */
function reference(
  start: ArrayLike<number>,
  gradients: ArrayLike<number>[],
  options: Required<AdamOptions>,
  rate: number,
) {
  const { beta1, beta2, epsilon } = options;
  const [x, m, v] = [Float64Array.from(start), new Float64Array(start.length), new Float64Array(start.length)];
  gradients.forEach((g, step) => {
    for (let i = 0; i < x.length; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2;
      const [mHat, vHat] = [m[i] / (1 - beta1 ** (step + 1)), v[i] / (1 - beta2 ** (step + 1))];
      x[i] -= (rate * mHat) / (Math.sqrt(vHat) + epsilon);
    }
  });
  return x;
}

async function device(start: Float32Array, gradients: Float32Array[], options: AdamOptions, learningRate: number) {
  const optimizer = adam(options);
  const zeros = () => tf.zeros<tf.Rank.R1>([start.length]);
  let vectors = { parameters: tf.tensor1d(start), m: zeros(), v: zeros(), average: tf.tensor1d(start) };
  for (const [i, values] of gradients.entries()) {
    const [gradient, rates] = [tf.tensor1d(values), optimizer.rates({ count: i + 1, learningRate })];
    const next = adamUpdate(vectors, gradient, rates);
    tf.dispose([vectors, gradient, rates]);
    vectors = next;
  }
  const values = await vectors.parameters.data();
  expect(await vectors.average.data()).toBeAllClose(values); // without decay the average is the weights
  tf.dispose(vectors);
  return values;
}

test.each([
  { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  { beta1: 0.5, beta2: 0.9, epsilon: 1e-8 },
  { beta1: 0, beta2: 0.99, epsilon: 0.1 }, // large: it must be added to the root of the corrected moment
])('seven steps equal float64 with %j', async (options) => {
  const [first, ...rest] = split(key(1), 8).map((k) => normalArray(k, 33));
  const gradients = rest.map((g, step) => g.map((v, i) => (i === 0 ? 0 : v * 10 ** (step - 3))));
  // Seven float32 updates of at most 0.05: the error is some roundings of the values themselves.
  expect(await device(first, gradients, options, 0.05)).toBeAllClose(reference(first, gradients, options, 0.05), {
    rtol: 2e-6,
    atol: 2e-6,
  });
});

test('the first step moves every parameter by the learning rate, whatever the size of its gradient', async () => {
  const moved = await device(Float32Array.of(1, 1, 1), [Float32Array.of(1e-3, -5, 0)], {}, 0.01);
  expect(moved).toBeAllClose([0.99, 1.01, 1], { rtol: 1e-5 }); // 1e-8/1e-3 of the step goes to epsilon
});

test.each([{ beta1: 1 }, { beta2: -0.1 }, { beta2: NaN }, { epsilon: 0 }])('refuses %j by name', (options) => {
  expect(() => adam(options)).toThrow(RangeError);
  expect(() => adam(options)).toThrow(new RegExp(`^adam: ${Object.keys(options)[0]} is `));
});

test('AdamW shrinks the weights by rate × decay besides, also where the gradient is zero', async () => {
  const rates = adamW({ weightDecay: 0.1 }).rates({ count: 1, learningRate: 0.01 });
  const next = tf.tidy(() => {
    const parameters = tf.tensor1d([2, -3]);
    const zeros = tf.zeros<tf.Rank.R1>([2]);
    return adamUpdate({ parameters, m: zeros, v: zeros, average: parameters }, tf.tensor1d([0, 5]), rates).parameters;
  });
  expect(await next.data()).toBeAllClose([2 * (1 - 1e-3), -3 * (1 - 1e-3) - 0.01], { rtol: 1e-6 });
  expect(() => adamW({ weightDecay: -1 })).toThrow(/^adamW: weightDecay is -1/);
  tf.dispose([rates, next]);
});

test('the running average keeps its share, with the warm-up of ema', async () => {
  const rates = adam().rates({ count: 1, learningRate: 0.01, emaDecay: 0.999 });
  const next = tf.tidy(() => {
    const zeros = tf.zeros<tf.Rank.R1>([1]);
    const vectors = { parameters: tf.tensor1d([1]), m: zeros, v: zeros, average: tf.tensor1d([5]) };
    return adamUpdate(vectors, tf.tensor1d([1]), rates).average;
  });
  expect(await next.data()).toBeAllClose([0.99 + (2 / 11) * (5 - 0.99)], { rtol: 1e-6 });
  tf.dispose([rates, next]);
});
