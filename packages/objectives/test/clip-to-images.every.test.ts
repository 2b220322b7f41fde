import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { clipToImages, predict } from '@diffgan/objectives';
import { vpSchedule } from '@diffgan/schedule';

const values = [NaN, -3, -1, -0.25, 0, 1, 1.5, Infinity, -Infinity, NaN];

test('numbers end in [−1, 1]; NaN and infinity do not', async () => {
  const x = tf.tensor2d(values, [2, 5]);
  const clipped = clipToImages(x);
  expect(clipped.shape).toEqual([2, 5]);
  expect(Array.from(await clipped.data())).toEqual([NaN, -1, -1, -0.25, 0, 1, 1, NaN, NaN, NaN]);
  tf.dispose([x, clipped]);
});

test('a clipped prediction keeps NaN', async () => {
  const [output, xt] = [tf.tensor2d([[NaN, 0]]), tf.ones([1, 2])];
  const { x0, eps } = predict('eps', vpSchedule(4), output, { t: [4], xt, clip: true });
  expect(Array.from(await x0.data())).toEqual([NaN, 1]);
  expect((await eps.data())[0]).toBeNaN();
  tf.dispose([output, xt, x0, eps]);
});

test('its gradient is that of the identity inside, 0 outside', async () => {
  const x = tf.tensor1d([-2, -0.5, 0.5, 2]);
  const gradient = tf.tidy(() => tf.grad((y) => tf.sum(tf.square(clipToImages(y))))(x));
  expect(Array.from(await gradient.data())).toEqual([0, -1, 1, 0]);
  tf.dispose([x, gradient]);
});
