import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { selectBackend } from '@diffgan/runtime';

async function convolve(threads: number): Promise<tf.TypedArray> {
  await selectBackend('wasm', { threads });
  const y = tf.tidy(() => {
    const x = tf.reshape<tf.Rank.R4>(tf.cos(tf.range(0, 4 * 16 * 16 * 24)), [4, 16, 16, 24]);
    const w = tf.reshape<tf.Rank.R4>(tf.sin(tf.range(0, 9 * 24 * 24)), [3, 3, 24, 24]);
    return tf.conv2d(x, w, 1, 'same');
  });
  const values = await y.data();
  y.dispose();
  return values;
}

describe('wasm in a page', () => {
  afterAll(() => selectBackend('webgpu', { allowSoftware: true }));

  it('computes on threads where the page is isolated, with the same bits as on one', async () => {
    expect(crossOriginIsolated).toBe(true);
    const two = await convolve(2);
    expect((await selectBackend('wasm', { threads: 2 })).device).toBe('CPU, WebAssembly, relaxed SIMD, 2 threads');
    expect(await convolve(1)).toEqual(two);
  });
});
