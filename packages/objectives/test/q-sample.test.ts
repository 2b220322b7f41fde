import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { qSample } from '@diffgan/objectives';
import { key, normal } from '@diffgan/ops';
import { linearSchedule, vpSchedule } from '@diffgan/schedule';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';

test('x_t has the reference value, on vectors and on images', async () => {
  const { expected, float32 } = vector<{ xt: number }>('fwd.qSample');
  for (const shape of [
    [2, 3],
    [2, 2, 2, 1],
  ]) {
    const xt = await valuesOf(() => {
      const noise = tf.fill(shape, -1.1);
      return qSample(linearSchedule(), tf.fill(shape, 0.37), [500, 500], { noise });
    });
    expect(xt).toBeAllClose(expected.xt, float32);
  }
});

test('every example has its own step', async () => {
  const schedule = vpSchedule(4);
  const xt = await valuesOf(() => qSample(schedule, tf.ones([4, 1]), [4, 1, 3, 2], { noise: tf.zeros([4, 1]) }));
  expect(xt).toBeAllClose([3, 0, 2, 1].map((i) => Math.sqrt(schedule.alphaBar[i])));
});

test('steps may be a tensor', async () => {
  const schedule = vpSchedule(4);
  const [host, device] = await Promise.all([
    valuesOf(() => qSample(schedule, tf.ones([4, 2]), [4, 1, 3, 2])),
    valuesOf(() => qSample(schedule, tf.ones([4, 2]), tf.tensor1d([4, 1, 3, 2], 'int32'))),
  ]);
  expect(device).toBeAllClose(host, { rtol: 0, atol: 0 });
});

test('noise comes from the key, by default key(0)', async () => {
  const draw = (options?: Parameters<typeof qSample>[3]) =>
    valuesOf(() => qSample(vpSchedule(4), tf.zeros([1, 64]), [2], options));
  const fromKey = await draw({ key: key(5) });
  const fromNoise = await valuesOf(() =>
    qSample(vpSchedule(4), tf.zeros([1, 64]), [2], { noise: normal(key(5), [1, 64]) }),
  );
  expect(fromKey).toBeAllClose(fromNoise, { rtol: 0, atol: 0 });
  expect(await draw()).toEqual(await draw({ key: key(0) }));
  expect(await draw()).not.toEqual(fromKey);
});

test('the gradient reaches x_0 with factor √ᾱ_t', async () => {
  const schedule = vpSchedule(4);
  const slope = await valuesOf(() => tf.grad((x0) => qSample(schedule, x0, [1, 4]))(tf.ones([2, 1])));
  expect(slope).toBeAllClose([Math.sqrt(schedule.alphaBar[0]), Math.sqrt(schedule.alphaBar[3])]);
});
