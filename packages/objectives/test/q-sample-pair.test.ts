import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { qSamplePair } from '@diffgan/objectives';
import { key } from '@diffgan/ops';
import { vpSchedule } from '@diffgan/schedule';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';

const schedule = vpSchedule(4);

/** x_{t−1} and x_t one after the other. */
const pairOf = (...parameters: Parameters<typeof qSamplePair>) =>
  valuesOf(() => {
    const { xPrev, xt } = qSamplePair(...parameters);
    return tf.stack([xPrev, xt]);
  });

test('the pair has the reference values', async () => {
  const { expected, float32 } = vector<{ xPrev: number; xt: number }>('fwd.pairs');
  const x0 = tf.tensor2d([[0.37]]);
  const noise1 = tf.tensor2d([[0.8]]);
  const noise2 = tf.tensor2d([[-0.3]]);
  expect(await pairOf(schedule, x0, [3], { noise1, noise2 })).toBeAllClose([expected.xPrev, expected.xt], float32);
  tf.dispose([x0, noise1, noise2]);
});

test('x_{t−1} is exactly x_0 at t = 1', async () => {
  const x0 = tf.tensor2d([[0.37, -1, 1, 1e-3]]);
  const pair = await pairOf(schedule, x0, [1]);
  expect(pair.slice(0, 4)).toEqual(await x0.data());
  x0.dispose();
});

test('the same key gives the same pair, and two different noises', async () => {
  const x0 = tf.zeros([1, 16]);
  const once = await pairOf(schedule, x0, [2], { key: key(3) });
  expect(await pairOf(schedule, x0, [2], { key: key(3) })).toEqual(once);
  expect(await pairOf(schedule, x0, [2], { key: key(4) })).not.toEqual(once);
  x0.dispose();
});

test.each([2, 3, 4])('x_{t−1} and x_t have the covariance of q(x_{t−1}, x_t | x_0) at t = %d', async (t) => {
  const n = 20_000;
  const x0 = tf.fill([1, n], 0.37);
  const pair = await pairOf(schedule, x0, [t], { key: key(11) });
  x0.dispose();
  const [xPrev, xt] = [pair.slice(0, n), pair.slice(n)];
  const i = t - 1;
  const means = [schedule.alphaBarPrev[i], schedule.alphaBar[i]].map((a) => Math.sqrt(a) * 0.37);
  const variances = [schedule.oneMinusAlphaBar[i - 1], schedule.oneMinusAlphaBar[i]];
  const covariance = Math.sqrt(schedule.alpha[i]) * variances[0];

  const mean = (f: (k: number) => number) => Array.from(xt, (_, k) => f(k)).reduce((a, b) => a + b, 0) / n;
  // Five standard errors: one of these fifteen comparisons fails for one key in 100 000.
  const within = (actual: number, expected: number, variance: number) =>
    expect(Math.abs(actual - expected)).toBeLessThan(5 * Math.sqrt(variance / n));
  const [a, b] = [xPrev, xt].map((x, j) => (k: number) => x[k] - means[j]);
  within(mean(a), 0, variances[0]);
  within(mean(b), 0, variances[1]);
  within(
    mean((k) => a(k) ** 2),
    variances[0],
    2 * variances[0] ** 2,
  );
  within(
    mean((k) => b(k) ** 2),
    variances[1],
    2 * variances[1] ** 2,
  );
  within(
    mean((k) => a(k) * b(k)),
    covariance,
    variances[0] * variances[1] + covariance ** 2,
  );
});

test('the gradient reaches x_0 with factor √ᾱ_t', async () => {
  const slope = await valuesOf(() => tf.grad((x0) => qSamplePair(schedule, x0, [2, 3]).xt)(tf.ones([2, 1])));
  expect(slope).toBeAllClose([Math.sqrt(schedule.alphaBar[1]), Math.sqrt(schedule.alphaBar[2])]);
});
