import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { BackendError, selectBackend } from '@diffgan/runtime';

it('a start that failed says why, prints nothing, and can be repeated', async () => {
  await selectBackend('cpu');
  const { factory, priority } = tf.engine().registryFactory.wasm;
  let broken = true;
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', () => (broken ? Promise.reject(new Error('no more memory')) : factory()), priority);
  const failure = await selectBackend('wasm').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(BackendError);
  expect((failure as BackendError).why).toBe('no more memory');
  broken = false;
  expect((await selectBackend('wasm')).name).toBe('wasm');
});
