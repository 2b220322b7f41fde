import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { key } from '@diffgan/ops';
import { autoguidance, ddimSampler, run } from '@diffgan/samplers';
import { linearSchedule, respace } from '@diffgan/schedule';
import { gaussianMixture } from '../../../test/oracles.ts';
import { valuesOf } from './values-of.ts';

const constant = (values: number[]) => (xt: tf.Tensor) => tf.add(tf.zeros([xt.shape[0], values.length]), values);

test('is the line through both predictions: the bad one at 0, the good one at 1', async () => {
  const [xt, position] = [tf.zeros([2, 2]), tf.zeros([2])];
  const [good, bad] = [constant([1, 2]), constant([0, 4])];
  for (const [scale, wanted] of [
    [0, [0, 4]],
    [1, [1, 2]],
    [3, [3, -2]],
  ] as const)
    expect(await valuesOf(autoguidance(good, { bad, scale })(xt, position))).toEqual([...wanted, ...wanted]);
  tf.dispose([xt, position]);
});

test('leaves the variance to the good model', async () => {
  const [xt, position] = [tf.zeros([1, 1]), tf.zeros([1])];
  const guided = autoguidance(constant([1, 7]), { bad: constant([0, 9]), scale: 2 });
  expect(await valuesOf(guided(xt, position))).toEqual([2, 7]);
  tf.dispose([xt, position]);
});

test('sharpens: with a wider normal as the bad model, samples of one are narrower', async () => {
  const schedule = respace(linearSchedule(), 50);
  const [good, bad] = [0.5, 1].map((std) => gaussianMixture({ means: [[0]], std }).denoiser(schedule));
  const spread = async (scale: number) => {
    const guided = autoguidance(good, { bad, scale });
    const values = await valuesOf(
      await run(ddimSampler(guided, schedule, { shape: [2000, 1], key: key(1), clip: false })),
    );
    return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
  };
  // five standard errors of a standard deviation of 2000 samples are 8 %
  expect(Math.abs((await spread(1)) / 0.5 - 1)).toBeLessThan(0.08);
  expect(await spread(2)).toBeLessThan(0.8 * 0.5);
});

test('refuses a scale that is no number and models of different data', () => {
  const model = constant([1]);
  expect(() => autoguidance(model, { bad: model, scale: NaN })).toThrow('scale is NaN');
  const xt = tf.zeros([1, 1]);
  const before = tf.memory().numTensors;
  expect(() => autoguidance(model, { bad: constant([1, 2, 3]), scale: 2 })(xt)).toThrow('predict [1,1] and [1,3]');
  expect(tf.memory().numTensors).toBe(before);
  xt.dispose();
});
