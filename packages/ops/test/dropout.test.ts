import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { dropout, dropoutSeed, key } from '@diffgan/ops';

const [pixels, channels] = [4096, 64];

/** 1 − rate for each dropped value, −rate for each kept one: mean 0, variance rate·(1 − rate). */
async function dropped(seed: number, stream: number, rate = 0.2): Promise<Float64Array> {
  const y = tf.tidy(() => dropout(tf.ones([4, 32, 32, channels]), dropoutSeed(key(seed)), { rate, stream }));
  const values = Float64Array.from(await y.data(), (v) => Number(v === 0) - Math.round(rate * 4093) / 4093);
  y.dispose();
  return values;
}

/** The sum of products in standard deviations, if the factors are independent. */
function correlation(a: Float64Array, b: Float64Array): number {
  const sum = a.reduce((total, v, i) => total + v * b[i], 0);
  const spread = Math.sqrt(a.reduce((total, v) => total + v * v, 0) * (0.2 * 0.8));
  return sum / spread;
}

const shifted = (values: Float64Array, by: number) => values.map((_, i) => values[(i + by) % values.length]);

// Six standard deviations: false alarm 2e-9 for each comparison.
test('as many values are dropped as the rate says', async () => {
  const values = await dropped(1, 0);
  const sum = values.reduce((a, b) => a + b, 0);
  expect(Math.abs(sum) / Math.sqrt(0.16 * values.length)).toBeLessThan(6);
});

test.each([
  ['channels', 1],
  ['pixels', channels],
  ['rows', 32 * channels],
  ['examples', 1024 * channels],
])('neighbouring %s are dropped independently', async (_, distance) => {
  const values = await dropped(2, 3);
  expect(Math.abs(correlation(values, shifted(values, distance)))).toBeLessThan(6);
});

test('streams and seeds are independent', async () => {
  const values = await dropped(3, 0);
  for (const other of [await dropped(3, 1), await dropped(3, 2), await dropped(4, 0)])
    expect(Math.abs(correlation(values, other))).toBeLessThan(6);
});

test('sums over channels and over pixels spread as those of independent values', async () => {
  const values = await dropped(5, 1);
  const [ofPixel, ofChannel] = [new Float64Array(pixels), new Float64Array(channels)];
  values.forEach((v, i) => {
    ofPixel[Math.floor(i / channels)] += v;
    ofChannel[i % channels] += v;
  });
  const chiSquare = (sums: Float64Array, terms: number) => sums.reduce((t, s) => t + (s * s) / (0.16 * terms), 0);
  // mean k, variance 2k
  for (const [sums, terms] of [
    [ofPixel, channels],
    [ofChannel, pixels],
  ] as const) {
    const deviation = (chiSquare(sums, terms) - sums.length) / Math.sqrt(2 * sums.length);
    expect(Math.abs(deviation)).toBeLessThan(6);
  }
});
