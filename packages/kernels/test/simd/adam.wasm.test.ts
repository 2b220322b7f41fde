import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectNear, numbers } from './against-cpu.ts';

const hyper = { beta1: 0.9, beta2: 0.99, stepSize: 0.02, rsqrtBias2: 3.1, epsilon: 1e-8, decay: 0.01, averaging: 0.3 };

/** The formula, in double precision. */
function reference([p, g, m, v, a]: number[]): number[] {
  const nextM = m + (1 - hyper.beta1) * (g - m);
  const nextV = v + (1 - hyper.beta2) * (g * g - v);
  const step = (hyper.stepSize * nextM) / (Math.sqrt(nextV) * hyper.rsqrtBias2 + hyper.epsilon);
  const nextP = p * (1 - hyper.decay) - step;
  return [nextP, nextM, nextV, a + hyper.averaging * (nextP - a)];
}

describe('DiffganAdam on wasm', () => {
  it.each([1, 3, 4, 7, 64, 1001])('computes the formula for %i parameters and leaves its inputs alone', async (n) => {
    const inputs = tf.tidy(() =>
      [1, 2, 3, 4, 5].map((seed) => (seed === 4 ? tf.abs(numbers([n], 4)) : numbers([n], seed))),
    );
    const before = await Promise.all(inputs.map((tensor) => tensor.data()));
    const [parameters, gradient, m, v, average] = inputs;
    const vector = tf.tensor1d(Object.values(hyper));
    const named = { parameters, gradient, m, v, average, hyper: vector };
    const outputs: tf.Tensor[] = tf.engine().runKernel('DiffganAdam', named);
    const actual = await Promise.all(outputs.map((tensor) => tensor.data()));
    const expected = Array.from({ length: n }, (_, i) => reference(before.map((values) => values[i])));
    actual.forEach((values, k) =>
      expectNear(
        values,
        expected.map((row) => row[k]),
      ),
    );
    expect(await Promise.all(inputs.map((tensor) => tensor.data()))).toEqual(before);
    tf.dispose([inputs, outputs, vector]);
  });

  it('refuses vectors of different sizes', () => {
    const [a, b, vector] = [tf.ones([3]), tf.ones([4]), tf.ones([7])];
    const named = { parameters: a, gradient: b, m: a, v: a, average: a, hyper: vector };
    expect(() => tf.engine().runKernel('DiffganAdam', named as unknown as tf.NamedTensorMap)).toThrow(RangeError);
    tf.dispose([a, b, vector]);
  });
});
