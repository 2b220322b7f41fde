import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { r1Penalty } from '@diffgan/fgan-losses';
import { vector } from '../../../test/vectors.ts';
import { valuesOf } from './values-of.ts';

const squaredNorm = (x: tf.Tensor) => tf.sum(tf.square(x), 1); // gradient 2x

test('it has the reference values, with γ = 0.05 by default', async () => {
  const { expected, float32 } = vector<{ r1: number[] }>('gan.penalties');
  const x = tf.tensor2d([
    [0.2, -0.4],
    [1, 0.5],
  ]);
  expect(await valuesOf(() => r1Penalty(squaredNorm, x))).toBeAllClose(expected.r1, float32);
  expect(await valuesOf(() => r1Penalty(squaredNorm, x, { gamma: 0.1 }))).toBeAllClose(
    expected.r1.map((r) => 2 * r),
    float32,
  );
  x.dispose();
});

test('logits may have the shape [B, 1]', async () => {
  const penalty = await valuesOf(() => r1Penalty((x) => tf.sum(tf.square(x), 1, true), tf.ones([3, 2])));
  expect(penalty).toBeAllClose([0.2, 0.2, 0.2]); // 0.025 · (2² + 2²)
});

test('it is differentiable in the weights of the critic', async () => {
  const weight = tf.tidy(() => tf.variable(tf.scalar(3)));
  const gradient = await valuesOf(() => {
    const critic = (x: tf.Tensor) => tf.mul(weight, squaredNorm(x));
    const loss = () => tf.mean<tf.Scalar>(r1Penalty(critic, tf.ones([1, 1]), { gamma: 1 }));
    return Object.values(tf.variableGrads(loss, [weight]).grads)[0];
  });
  expect(gradient).toBeAllClose([12]); // d/dw ½(2w)² = 4w
  weight.dispose();
});

test.each([-1, NaN, Infinity])('gamma %d is refused', (gamma) => {
  const call = () => tf.tidy(() => r1Penalty(squaredNorm, tf.ones([1, 1]), { gamma }));
  expect(call).toThrow(RangeError);
  expect(call).toThrow(`r1Penalty: gamma is ${gamma}`);
});

test('a scalar input is refused', () => {
  expect(() => tf.tidy(() => r1Penalty((x) => x, tf.scalar(1)))).toThrow('r1Penalty: x is a scalar');
});
