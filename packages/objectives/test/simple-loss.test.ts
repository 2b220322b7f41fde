import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { minSnrWeight, type Prediction, simpleLoss, targetOf } from '@diffgan/objectives';
import { key } from '@diffgan/ops';
import { vpSchedule } from '@diffgan/schedule';
import { valuesOf } from '../../../test/values-of.ts';

const schedule = vpSchedule(4);
const zero = (xt: tf.Tensor) => tf.zerosLike(xt);

test('it is the mean squared error of the predicted noise, per example', async () => {
  const loss = await valuesOf(() => {
    const noise = tf.tensor4d([1, 2, 3, 4, 0, 0, 0, 6], [2, 2, 2, 1]);
    return simpleLoss(zero, schedule, tf.zeros([2, 2, 2, 1]), { t: [1, 4], noise });
  });
  expect(loss).toBeAllClose([30 / 4, 36 / 4]);
});

test('it is 0 for a model that knows the noise', async () => {
  const oracle = (xt: tf.Tensor, position: tf.Tensor) => {
    const scale = tf.gather(tf.tensor1d(Array.from(schedule.oneMinusAlphaBar, Math.sqrt)), tf.cast(position, 'int32'));
    return tf.div(xt, tf.reshape(scale, [-1, 1])); // x_0 is 0
  };
  const loss = await valuesOf(() => simpleLoss(oracle, schedule, tf.zeros([4, 8]), { t: [1, 2, 3, 4], key: key(9) }));
  // Two roundings of numbers up to 4, squared.
  expect(loss).toBeAllClose(0, { atol: 1e-12 });
});

test('the model sees x_t and the positions t − 1 as float32 [B]', async () => {
  const seen: { shape: number[]; dtype: string }[] = [];
  const loss = await valuesOf(() => {
    const model = (...inputs: tf.Tensor[]) => {
      seen.push(...inputs.map(({ shape, dtype }) => ({ shape, dtype })));
      return tf.add(zero(inputs[0]), tf.reshape(inputs[1], [-1, 1, 1, 1]));
    };
    const x0 = tf.zeros([3, 2, 2, 1]);
    return simpleLoss(model, schedule, x0, { t: [4, 1, 2], noise: x0 });
  });
  expect(seen).toEqual([
    { shape: [3, 2, 2, 1], dtype: 'float32' },
    { shape: [3], dtype: 'float32' },
  ]);
  expect(Array.from(loss)).toEqual([9, 0, 1]);
});

test('a LayersModel is told whether it is training', () => {
  const told: unknown[] = [];
  const model = {
    apply(inputs: tf.Tensor | tf.Tensor[], options?: { training?: boolean }) {
      told.push(options?.training);
      return zero((inputs as tf.Tensor[])[0]);
    },
  };
  tf.tidy(() => {
    simpleLoss(model, schedule, tf.zeros([1, 2]), { t: [1] });
    simpleLoss(model, schedule, tf.zeros([1, 2]), { t: [1], training: true });
  });
  expect(told).toEqual([false, true]);
});

test('its gradient reaches the weights of the model', async () => {
  const scale = tf.tidy(() => tf.variable(tf.scalar(0.5)));
  const gradient = await valuesOf(() => {
    const loss = () => {
      const noise = tf.tensor2d([[2]]);
      const model = (xt: tf.Tensor) => tf.mul(scale, xt);
      return tf.mean<tf.Scalar>(simpleLoss(model, schedule, tf.zeros([1, 1]), { t: [2], noise }));
    };
    return Object.values(tf.variableGrads(loss, [scale]).grads)[0];
  });
  const xt = 2 * Math.sqrt(schedule.oneMinusAlphaBar[1]);
  expect(gradient).toBeAllClose([-2 * xt * (2 - 0.5 * xt)]);
  scale.dispose();
});

test.each<Prediction>(['eps', 'x0', 'v', 'mean'])(
  'for %s it is the mean squared error of that target',
  async (predicts) => {
    const loss = await valuesOf(() => {
      const x0 = tf.tensor2d([0.3, -0.2, 1, 0.5], [2, 2]);
      const noise = tf.tensor2d([1, -1, 0.5, 2], [2, 2]);
      const target = targetOf(predicts, schedule, x0, { t: [2, 4], noise });
      const off = tf.add(target, tf.tensor2d([1, 2, 3, 0], [2, 2]));
      return simpleLoss(() => off, schedule, x0, { t: [2, 4], noise, predicts });
    });
    expect(loss).toBeAllClose([2.5, 4.5]);
  },
);

test('a weight is a function of the schedule and t', async () => {
  const loss = (weight?: (s: typeof schedule, t: number) => number) =>
    valuesOf(() => simpleLoss(zero, schedule, tf.zeros([2, 2]), { t: [2, 4], noise: tf.ones([2, 2]), weight }));
  expect(await loss((s, t) => s.beta[t - 1] + t)).toBeAllClose([schedule.beta[1] + 2, schedule.beta[3] + 4]);
  expect(await loss(minSnrWeight({ gamma: 0.05 }))).toBeAllClose([0.05 / schedule.snr[1], 1]);
});
