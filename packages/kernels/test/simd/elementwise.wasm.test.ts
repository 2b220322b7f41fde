import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cases, type Draw, expectAsOnCpu, numbers } from './against-cpu.ts';

const binaries = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: (a: tf.Tensor, b: tf.Tensor) => tf.div(a, tf.add(b, 2)),
  squaredDifference: tf.squaredDifference,
};

function randomShapes(draw: Draw) {
  const full = Array.from({ length: draw.int(0, 5) }, () => draw.of(1, 2, 3, 4, 5, 8, 9));
  const part = () => full.map((n) => draw.of(n, n, 1)).slice(draw.of(0, 0, draw.int(0, full.length)));
  return { name: draw.of(...(Object.keys(binaries) as (keyof typeof binaries)[])), a: part(), b: part() };
}

describe('arithmetic in SIMD', () => {
  it.each(cases(100, randomShapes))('broadcasts as the cpu backend does: %s', async (_, { name, a, b }) => {
    await expectAsOnCpu(() => [binaries[name](numbers(a, 1), numbers(b, 2))]);
  });

  it('leaves whole numbers and empty tensors to the backend', async () => {
    await expectAsOnCpu(() => [
      tf.add(tf.tensor1d([1, 2, 3], 'int32'), tf.scalar(1, 'int32')),
      tf.add(tf.zeros([0, 3]), tf.ones([3])),
    ]);
  });
});

describe('functions in SIMD', () => {
  const functions: Record<string, [string[], (x: tf.Tensor) => tf.Tensor]> = {
    sigmoid: [['sigmoid'], (x) => tf.sigmoid(tf.mul(x, 20))],
    square: [['square'], tf.square],
    leakyRelu: [['leaky_relu'], (x) => tf.leakyRelu(x, 0.3)],
    softmax: [['softmax'], (x) => tf.softmax(tf.mul(x, 10))],
    where: [['select', 'greater'], (x) => tf.where(tf.greater(x, 0), tf.square(x), x)],
    greater: [['greater'], (x) => tf.greater(x, tf.mul(x, 0.5))],
  };
  const shapes = [[1], [3], [4], [2, 7], [3, 5, 6], [2, 3, 3, 8], [2, 1031]];
  const table = Object.keys(functions).flatMap((name) => shapes.map((shape) => ({ name, shape })));

  it.each(table)('$name of $shape', async ({ name, shape }) => {
    const [called, compute] = functions[name];
    await expectAsOnCpu(() => [compute(numbers(shape))], called);
  });

  it('sigmoid and softmax saturate without NaN', async () => {
    const x = tf.tensor1d([-1000, -90, -87, 0, 87, 90, 1000]);
    const [s, p] = [tf.sigmoid(x), tf.softmax(x)];
    expect(await s.data()).toBeAllClose([0, 0, 0, 0.5, 1, 1, 1], { rtol: 1e-6, atol: 1e-30 });
    expect(await p.data()).toBeAllClose([0, 0, 0, 0, 0, 0, 1], { rtol: 1e-6, atol: 1e-30 });
    tf.dispose([x, s, p]);
  });

  it('NaN stays NaN', async () => {
    const x = tf.tensor1d([NaN, 1]);
    const y = tf.sigmoid(x);
    expect(Number.isNaN((await y.data())[0])).toBe(true);
    tf.dispose([x, y]);
  });
});
