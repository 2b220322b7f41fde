import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { dropout, dropoutSeed, key } from '@diffgan/ops';

/** 1 where the value was kept. */
async function keptOf(shape: number[], seed: number, options: { rate: number; stream?: number }): Promise<Uint8Array> {
  const y = tf.tidy(() => dropout(tf.ones(shape), dropoutSeed(key(seed)), options));
  const kept = Uint8Array.from(await y.data(), (v) => Number(v !== 0));
  y.dispose();
  return kept;
}

const hash = (bits: Uint8Array) => bits.reduce((h, bit) => (Math.imul(h, 31) + bit) >>> 0, 7);

test('the same seed and stream drop the same values on every backend', async () => {
  expect(hash(await keptOf([2, 5, 7, 12], 3, { rate: 0.4, stream: 2 }))).toBe(2119659841);
  expect(await keptOf([2, 5, 7, 12], 3, { rate: 0.4, stream: 2 })).toEqual(
    await keptOf([2, 5, 7, 12], 3, { rate: 0.4, stream: 2 }),
  );
  expect(await keptOf([2, 5, 7, 12], 3, { rate: 0.4 })).not.toEqual(await keptOf([2, 5, 7, 12], 4, { rate: 0.4 }));
});

test('kept values grow so that the mean stays, and a rate of 0 changes nothing', async () => {
  const x = tf.tensor2d(
    Float32Array.from({ length: 24 }, (_, i) => i + 1),
    [2, 12],
  );
  const seed = dropoutSeed(key(1));
  const [same, thinned] = [dropout(x, seed, { rate: 0 }), dropout(x, seed, { rate: 0.5 })];
  expect(await same.data()).toEqual(await x.data());
  const scale = 4093 / (4093 - 2047); // the rate is a multiple of 1/4093
  const values = await thinned.data();
  expect(values.some((v) => v === 0)).toBe(true);
  expect(values).toBeAllClose(
    Array.from(values, (v, i) => (v === 0 ? 0 : (i + 1) * scale)),
    { rtol: 1e-6, atol: 0 },
  );
  tf.dispose([x, seed, same, thinned]);
});

test('its gradient passes where the value did', async () => {
  const seed = dropoutSeed(key(1));
  const x = tf.ones([3, 40]);
  const y = dropout(x, seed, { rate: 0.3 });
  const dx = tf.grad((v) => dropout(v, seed, { rate: 0.3 }))(x);
  expect(await dx.data()).toEqual(await y.data());
  tf.dispose([seed, x, y, dx]);
});

test('wrong arguments are named', () => {
  tf.tidy(() => {
    const seed = dropoutSeed(key(0));
    expect(() => dropout(tf.ones([2, 3]), seed, { rate: 1 })).toThrow(/rate is 1/);
    expect(() => dropout(tf.ones([2, 3]), seed, { rate: 0.1, stream: -1 })).toThrow(/stream is -1/);
    expect(() => dropout(tf.ones([2, 3]), tf.ones([2, 2]), { rate: 0.1 })).toThrow(/make it with dropoutSeed/);
    expect(() => dropout(tf.ones([1, 2049]), seed, { rate: 0.1 })).toThrow(/at most 2048 channels/);
  });
});
