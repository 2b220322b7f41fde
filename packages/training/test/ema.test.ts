import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { ema } from '@diffgan/training';

const oneStep = async (count: number, decay?: number) => {
  const average = tf.tidy(() => ema(tf.tensor1d([0, 3]), tf.tensor1d([1, 3]), { count, decay }));
  const values = await average.data();
  average.dispose();
  return values;
};

test.each([
  [1, 0.999, 2 / 11],
  [2, 0.999, 3 / 12],
  [90, 0.999, 91 / 100],
  [90, 0.5, 0.5],
  [1e6, 0.999, 0.999],
  [1e6, undefined, 0.999],
  [1, 0, 0],
])('update %d with decay %d keeps %d of the average', async (count, decay, kept) => {
  expect(await oneStep(count, decay)).toBeAllClose([1 - kept, 3], { rtol: 1e-6, atol: 1e-7 });
});

test('refuses counts and decays that make no average', async () => {
  await expect(oneStep(0)).rejects.toThrow(/ema: count is 0/);
  await expect(oneStep(1, 1)).rejects.toThrow(/ema: decay is 1/);
});
