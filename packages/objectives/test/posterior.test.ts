import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { posteriorMean, qSample, samplePosterior } from '@diffgan/objectives';
import { key, normal } from '@diffgan/ops';
import { linearSchedule, vpSchedule } from '@diffgan/schedule';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';

const schedule = vpSchedule(4);
const steps = [1, 2, 3, 4];

test('the posterior mean has the reference value', async () => {
  const { expected, float32 } = vector<{ xt: number; muTilde: number }>('param.conversions');
  const mean = await valuesOf(() =>
    posteriorMean(linearSchedule(), tf.tensor2d([[0.37]]), [500], { xt: tf.tensor2d([[expected.xt]]) }),
  );
  expect(mean).toBeAllClose([expected.muTilde], float32);
});

test('at the mean of x_t the posterior mean is the mean of x_{t−1}', async () => {
  const mean = await valuesOf(() => {
    const x0 = tf.ones([4, 1]);
    return posteriorMean(schedule, x0, steps, { xt: qSample(schedule, x0, steps, { noise: tf.zeros([4, 1]) }) });
  });
  expect(mean).toBeAllClose(schedule.alphaBarPrev.map(Math.sqrt));
});

test('a posterior sample is the mean plus √β̃ times the noise', async () => {
  const sample = await valuesOf(() =>
    samplePosterior(schedule, tf.zeros([4, 1]), steps, { xt: tf.zeros([4, 1]), noise: tf.ones([4, 1]) }),
  );
  expect(sample).toBeAllClose(schedule.betaTilde.map(Math.sqrt));
});

test('a posterior sample is exactly x_0 at t = 1', async () => {
  const x0 = tf.tensor2d([[0.37, -1, 1, 1e-3]]);
  const sample = await valuesOf(() => samplePosterior(schedule, x0, [1], { xt: tf.ones([1, 4]), key: key(1) }));
  expect(sample).toEqual(await x0.data());
  x0.dispose();
});

test('noise comes from the key, by default key(0)', async () => {
  const draw = (options: { key?: ReturnType<typeof key>; noise?: tf.Tensor }) =>
    valuesOf(() => samplePosterior(schedule, tf.zeros([1, 8]), [3], { xt: tf.ones([1, 8]), ...options }));
  const noise = normal(key(0), [1, 8]);
  expect(await draw({})).toEqual(await draw({ noise }));
  expect(await draw({ key: key(2) })).not.toEqual(await draw({}));
  noise.dispose();
});

test.each([2, 3, 4])('forward to t = %d, then the posterior back, is distributed as x_{t−1}', async (t) => {
  const n = 20_000;
  const samples = await valuesOf(() => {
    const x0 = tf.fill([1, n], 0.37);
    const xt = qSample(schedule, x0, [t], { key: key(21) });
    return samplePosterior(schedule, x0, [t], { xt, key: key(22) });
  });
  const expected = { mean: Math.sqrt(schedule.alphaBarPrev[t - 1]) * 0.37, variance: schedule.oneMinusAlphaBar[t - 2] };
  const mean = samples.reduce((a, b) => a + b, 0) / n;
  const variance = samples.reduce((a, b) => a + (b - expected.mean) ** 2, 0) / n;
  // Five standard errors: one of these six comparisons fails for one key in 290 000.
  expect(Math.abs(mean - expected.mean)).toBeLessThan(5 * Math.sqrt(expected.variance / n));
  expect(Math.abs(variance - expected.variance)).toBeLessThan(5 * expected.variance * Math.sqrt(2 / n));
});

test('the gradient reaches x_0 with factor c1 and x_t with factor c2', async () => {
  const slopes = await valuesOf(() => {
    const sample = (x0: tf.Tensor, xt: tf.Tensor) => samplePosterior(schedule, x0, steps, { xt });
    return tf.concat(tf.grads(sample)([tf.ones([4, 1]), tf.ones([4, 1])]));
  });
  expect(slopes).toBeAllClose([...schedule.posteriorX0, ...schedule.posteriorXt]);
});
