import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { gradientPenalty } from '@diffgan/fgan-losses';
import { key } from '@diffgan/ops';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';

const squaredNorm = (x: tf.Tensor) => tf.sum(tf.square(x), 1); // gradient 2x
const real = () =>
  tf.tensor2d([
    [0.2, -0.4],
    [1, 0.5],
  ]);
const fake = () =>
  tf.tensor2d([
    [-0.6, 0.8],
    [0.3, 0.1],
  ]);
const u = () => tf.tensor1d([0.25, 0.75]);
const { expected, float32 } = vector<{ gp: number[]; gradNorm: number[] }>('gan.penalties');

test('it has the reference values', async () => {
  const penalty = await valuesOf(() => gradientPenalty(squaredNorm, real(), fake(), { u: u() }));
  expect(penalty).toBeAllClose(expected.gp, float32);
});

test('lambda and the target are options', async () => {
  const options = () => ({ u: u(), lambda: 2, target: 1.5 });
  const penalty = await valuesOf(() => gradientPenalty(squaredNorm, real(), fake(), options()));
  const norms = expected.gradNorm;
  expect(penalty).toBeAllClose(
    norms.map((n) => 2 * (n - 1.5) ** 2),
    float32,
  );
  const oneSided = await valuesOf(() => gradientPenalty(squaredNorm, real(), fake(), { ...options(), oneSided: true }));
  expect(oneSided).toBeAllClose(
    norms.map((n) => 2 * Math.max(0, n - 1.5) ** 2), // 0 for the first
    float32,
  );
});

test('without u the mixtures are drawn from the key, one number per example', async () => {
  const seen: tf.Tensor[] = [];
  const penalty = (seed?: number) =>
    valuesOf(() => {
      const critic = (x: tf.Tensor) => {
        seen.push(tf.keep(tf.clone(x)));
        return squaredNorm(x);
      };
      const options = seed === undefined ? {} : { key: key(seed) };
      return gradientPenalty(critic, tf.ones([64, 3]), tf.zeros([64, 3]), options);
    });
  const first = await penalty();
  expect(await penalty(0)).toEqual(first);
  expect(await penalty(1)).not.toEqual(first);
  const mixtures = await valuesOf(() => seen[0]);
  const shares = Array.from({ length: 64 }, (_, i) => mixtures[3 * i]);
  expect(shares.every((s, i) => s >= 0 && s < 1 && s === mixtures[3 * i + 2])).toBe(true);
  expect(new Set(shares).size).toBeGreaterThan(60);
  tf.dispose(seen);
});

test('a critic without slope has a finite gradient', async () => {
  const weight = tf.tidy(() => tf.variable(tf.scalar(0)));
  const gradient = await valuesOf(() => {
    const critic = (x: tf.Tensor) => tf.mul(weight, squaredNorm(x));
    const loss = () => tf.mean<tf.Scalar>(gradientPenalty(critic, real(), fake(), { u: u() }));
    return Object.values(tf.variableGrads(loss, [weight]).grads)[0];
  });
  expect(gradient.every(Number.isFinite)).toBe(true);
  weight.dispose();
});

test('with finite differences and many probes it comes near the exact one', async () => {
  const penalty = await valuesOf(() =>
    gradientPenalty(squaredNorm, real(), fake(), { u: u(), finiteDifference: true, probes: 1000 }),
  );
  // The squared norm has a standard deviation of √(2/1000) of itself, 4.5 %, the norm half of that.
  const spread = expected.gradNorm.map((n) => 4 * 0.0224 * n * 20 * Math.abs(n - 1) + 10 * (4 * 0.0224 * n) ** 2);
  for (const i of [0, 1]) expect(Math.abs(penalty[i] - expected.gp[i])).toBeLessThan(spread[i]);
});

test.each([
  ['lambda', { lambda: -1 }, 'gradientPenalty: lambda is -1'],
  ['target', { target: NaN }, 'gradientPenalty: target is NaN'],
  ['probes', { probes: 0, finiteDifference: true }, 'gradientPenalty: probes is 0'],
])('%s out of range is refused', (_, options, message) => {
  const call = () => tf.tidy(() => gradientPenalty(squaredNorm, real(), fake(), options));
  expect(call).toThrow(RangeError);
  expect(call).toThrow(message);
});

test('shapes never broadcast', () => {
  const call = (x: () => tf.Tensor, y: () => tf.Tensor, mixing?: () => tf.Tensor1D) => () =>
    tf.tidy(() => gradientPenalty(squaredNorm, x(), y(), { u: mixing?.() }));
  expect(call(real, () => tf.zeros([1, 2]))).toThrow('fake has shape [1,2]; it must be that of real, [2,2]');
  expect(call(real, fake, () => tf.tensor1d([1]))).toThrow('u has shape [1]; give one number per example, [2]');
  const scalar = () => tf.scalar(1);
  expect(call(scalar, scalar)).toThrow('real is a scalar');
});
