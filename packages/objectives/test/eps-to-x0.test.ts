import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { epsToX0, posteriorMean, qSample } from '@diffgan/objectives';
import { linearSchedule } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';
import { valuesOf } from './values-of.ts';

const schedule = linearSchedule();
const { expected, float32 } = vector<Record<'x0Hat' | 'meanNoClip' | 'meanClip', number>>('sample.ancestral');

/** x̂_0 and the posterior mean of one ancestral step from t = 500. */
const step = (clip?: boolean) =>
  valuesOf(() => {
    const xt = tf.tensor2d([[0.9]]);
    const x0 = epsToX0(schedule, tf.tensor2d([[0.6]]), [500], { xt, clip });
    return tf.concat([x0, posteriorMean(schedule, x0, [500], { xt })]);
  });

test('x̂_0 and the mean it implies have the reference values', async () => {
  expect(await step()).toBeAllClose([expected.x0Hat, expected.meanNoClip], float32);
});

test('clip limits x̂_0 to [−1, 1]', async () => {
  expect(await step(true)).toBeAllClose([1, expected.meanClip], float32);
});

test('it undoes qSample at every step', async () => {
  const steps = Array.from({ length: 1000 }, (_, i) => i + 1);
  const x0 = await valuesOf(() => {
    const noise = tf.fill([1000, 1], -1.1);
    const xt = qSample(schedule, tf.fill([1000, 1], 0.37), steps, { noise });
    return epsToX0(schedule, noise, steps, { xt });
  });
  // x_t and √(1−ᾱ)ε are near 1 and rounded four times, then divided by √ᾱ ≥ 0.0063: 4 · 6e-8 · 1.1 / 0.0063.
  expect(x0).toBeAllClose(0.37, { rtol: 0, atol: 4.2e-5 });
});
