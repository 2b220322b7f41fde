import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { ema } from '@diffgan/training';
import { emaShare } from '../src/ema.ts';

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

describe('the warm-up of diffusers', () => {
  const golden = JSON.parse(readFileSync(new URL('golden/ema.json', import.meta.url), 'utf8')) as {
    settings: { decay: number; power: number; invGamma: number };
    decays: Record<string, number>;
  }[];
  test.each(golden)('has its decays: $settings', ({ settings: { decay, ...warmup }, decays }) => {
    for (const [count, theirs] of Object.entries(decays))
      expect(1 - emaShare({ count: Number(count), decay, warmup })).toBeCloseTo(theirs, 12);
  });
});

test('none is the same decay from the first update on', async () => {
  const average = tf.tidy(() => ema(tf.tensor1d([0]), tf.tensor1d([1]), { count: 1, decay: 0.9, warmup: 'none' }));
  expect(await average.data()).toBeAllClose([0.1], { rtol: 1e-6, atol: 0 });
  average.dispose();
});

test('refuses counts and decays that make no average', async () => {
  await expect(oneStep(0)).rejects.toThrow(/ema: count is 0/);
  await expect(oneStep(1, 1)).rejects.toThrow(/ema: decay is 1/);
  const odd = { count: 1, warmup: 'slow' as 'none' };
  expect(() => emaShare(odd)).toThrow(/warmup is slow/);
});
