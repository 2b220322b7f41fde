import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { roundToBytes } from '@diffgan/fid';

describe('roundToBytes', () => {
  it('gives the nearest of 256 levels, and leaves these as they are', async () => {
    const levels = Float32Array.from({ length: 256 }, (_, k) => (2 * k) / 255 - 1);
    const off = levels.map((level, k) => level + (k % 2 ? 0.9 : -0.9) / 255); // up to nine tenths of half a level away
    for (const values of [levels, off]) {
      const x = tf.tensor4d(values, [1, 16, 16, 1]);
      const rounded = roundToBytes(x);
      expect(rounded.shape).toEqual([1, 16, 16, 1]);
      expect(await rounded.data()).toBeAllClose(levels, { rtol: 0, atol: 2 ** -22 });
      tf.dispose([x, rounded]);
    }
  });

  it('clips', async () => {
    const x = tf.tensor4d([-3, 1.01], [1, 1, 2, 1]);
    const rounded = roundToBytes(x);
    expect(Array.from(await rounded.data())).toEqual([-1, 1]);
    tf.dispose([x, rounded]);
  });
});
