import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { ddpmSampler, dynamicThreshold, run } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';
import { valuesOf } from './values-of.ts';

test('divides by the percentile of each sample, but never by less than 1', async () => {
  const x0 = tf.tensor2d([[0.1, -0.2, 0.3, 0.4, -0.5], [1, -2, 3, 4, -5]]); // prettier-ignore
  // The 0.75 quantile of 1…5 is 4.
  const wanted = [0.1, -0.2, 0.3, 0.4, -0.5, 0.25, -0.5, 0.75, 1, -1];
  expect(await valuesOf(dynamicThreshold({ percentile: 0.75 })(x0))).toBeAllClose(wanted);
  // Halfway between 4 and 5.
  const half = [0.1, -0.2, 0.3, 0.4, -0.5, 1 / 4.5, -2 / 4.5, 3 / 4.5, 4 / 4.5, -1];
  expect(await valuesOf(dynamicThreshold({ percentile: 0.875 })(x0))).toBeAllClose(half);
  expect(await valuesOf(dynamicThreshold({ percentile: 1 })(x0))).toBeAllClose([...wanted.slice(0, 5), 0.2, -0.4, 0.6, 0.8, -1]); // prettier-ignore
  const clipped = [...wanted.slice(0, 5), 1, -1, 1, 1, -1];
  expect(await valuesOf(dynamicThreshold({ percentile: 0.75, max: 1 })(x0))).toBeAllClose(clipped);
  x0.dispose();
});

test('keeps the samples of a sampler in [−1, 1]', async () => {
  const options = { shape: [2, 50], clip: dynamicThreshold() };
  const values = await valuesOf(await run(ddpmSampler((x) => tf.mul(x, -3), vpSchedule(4), options)));
  expect(values.every((x) => Math.abs(x) <= 1)).toBe(true);
});

test('refuses other shares and limits', () => {
  for (const percentile of [0, 1.1, NaN])
    expect(() => dynamicThreshold({ percentile })).toThrow(`percentile is ${percentile}`);
  expect(() => dynamicThreshold({ max: 0.5 })).toThrow('max is 0.5');
});
