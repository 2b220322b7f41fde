import type * as wasmPackage from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { selectBackend } from '@diffgan/runtime';

vi.mock('@tensorflow/tfjs-backend-wasm', async (original) => ({
  ...(await original<typeof wasmPackage>()),
  version_wasm: '4.23.0',
}));

describe('another version of tfjs-backend-wasm', () => {
  it('runs with the JavaScript kernels, and the description says so', async () => {
    const { description, note } = await selectBackend('wasm', { threads: 2 });
    expect(note).toBe(
      'JavaScript kernels on one thread, since the SIMD kernels are made for 4.22.0 of @tensorflow/tfjs-backend-wasm',
    );
    expect(description).toBe(`wasm on CPU, WebAssembly, SIMD, 1 thread (tfjs-backend-wasm 4.23.0); ${note}`);
    expect(tf.getKernel('DiffganGroupNorm', 'wasm')).toBeUndefined();
  });

  it('still trains: a convolution and its gradients', async () => {
    const gradients = tf.tidy(() => {
      const x = tf.ones<tf.Rank.R4>([1, 3, 3, 1]);
      const w = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
      const conv = (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
      return tf.grads(conv)([x, w]);
    });
    expect(await gradients[0].data()).toBeAllClose([4, 6, 4, 6, 9, 6, 4, 6, 4]);
    tf.dispose(gradients);
  });
});
