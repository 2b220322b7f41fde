import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { r1Penalty, type R1PenaltyOptions } from '@diffgan/fgan-losses';
import { key } from '@diffgan/ops';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';

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

test('finite differences estimate it without bias, and scale with the critic as it does', async () => {
  const batch = 4096;
  const slope = [0.6, -0.8, 0];
  const weight = tf.tidy(() => tf.variable(tf.scalar(2)));
  const [value, gradient] = await valuesOf(() => {
    const critic = (x: tf.Tensor) => tf.mul(weight, tf.matMul(x as tf.Tensor2D, tf.tensor2d(slope, [3, 1])));
    const options = { gamma: 2, finiteDifference: true };
    const loss = () => tf.mean<tf.Scalar>(r1Penalty(critic, tf.zeros([batch, 3]), options));
    const { value, grads } = tf.variableGrads(loss, [weight]);
    return tf.stack([value, Object.values(grads)[0]]);
  });
  // ‖∇V‖² = 4; one probe has √2 of that as its standard deviation, the mean √(2/4096) = 2.2 %.
  expect(Math.abs(value / 4 - 1)).toBeLessThan(4 * 0.0221);
  expect(gradient).toBeCloseTo(value, 4); // ∝ w², so the derivative is 2/w times the value
  weight.dispose();
});

test('probes are averaged, and drawn from the key', async () => {
  const penalty = (options: R1PenaltyOptions) =>
    valuesOf(() => r1Penalty(squaredNorm, tf.ones([1, 2]), { finiteDifference: true, gamma: 2, ...options }));
  const [one, same, other] = await Promise.all([penalty({}), penalty({ key: key(0) }), penalty({ key: key(1) })]);
  expect(one).toEqual(same);
  expect(one).not.toEqual(other);
  // ‖∇V‖² = 8 with √(2/500) = 6.3 %
  expect(Math.abs((await penalty({ probes: 500 }))[0] / 8 - 1)).toBeLessThan(4 * 0.0633);
  expect(() => tf.tidy(() => r1Penalty(squaredNorm, tf.ones([1, 2]), { finiteDifference: true, probes: 1.5 }))).toThrow(
    'r1Penalty: probes is 1.5',
  );
});
