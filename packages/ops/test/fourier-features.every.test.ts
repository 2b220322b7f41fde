import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { fourierFeatures } from '@diffgan/ops';

// Sine and cosine themselves: WebGPU promises them to 2^-11, others to a few units in the last place.
const atol = import.meta.env.DIFFGAN_BACKEND === 'webgpu' ? 2 ** -10 : 1e-6;
const x = [0.3, -0.9921569, 2.5, 0.00390625];

test('each channel gets its waves, sines first, exact at any multiple of the period', async () => {
  const features = tf.tidy(() => fourierFeatures(tf.tensor(x, [1, 2, 2]), [7, 8]));
  expect(features.shape).toEqual([1, 2, 8]);
  const wave = (f: (angle: number) => number, value: number) =>
    [7, 8].map((n) => f(2 ** n * Math.PI * Math.fround(value)));
  const pixel = ([a, b]: number[]) => [Math.sin, Math.cos].flatMap((f) => [...wave(f, a), ...wave(f, b)]);
  const expected = [...pixel(x.slice(0, 2)), ...pixel(x.slice(2))];
  expect(await features.data()).toBeAllClose(expected, { rtol: 0, atol });
  features.dispose();
});

test('the derivative is that of the waves', async () => {
  const probe = [1, -2, 0.5, 3]; // of sin(πx), sin(2πx), cos(πx), cos(2πx)
  const loss = (t: tf.Tensor) => tf.sum<tf.Scalar>(tf.mul(fourierFeatures(t, [0, 1]), tf.tensor(probe)));
  const slope = tf.tidy(() => tf.grad(loss)(tf.tensor(x, [1, 2, 2, 1])));
  const expected = x.map((v) => {
    const [slow, fast] = [Math.PI * v, 2 * Math.PI * v];
    const [ofSlow, ofFast] = [Math.cos(slow) - 0.5 * Math.sin(slow), -2 * Math.cos(fast) - 3 * Math.sin(fast)];
    return Math.PI * ofSlow + 2 * Math.PI * ofFast;
  });
  expect(await slope.data()).toBeAllClose(expected, { rtol: 0, atol: 2 * Math.PI * 8 * atol });
  slope.dispose();
});

test('exponents that give no waves are refused', () => {
  tf.tidy(() => {
    for (const exponents of [[], [-1], [0.5], [33]])
      expect(() => fourierFeatures(tf.zeros([1, 2]), exponents)).toThrow(/exponents are \[/);
    expect(() => fourierFeatures(tf.zeros([2]), [7])).toThrow(/x has shape \[2\]/);
  });
});
