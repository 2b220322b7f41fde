import '@tensorflow/tfjs-layers'; // registers the gradients on the shared core
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { selectBackend } from '@diffgan/runtime';
import { loadRandomModule } from '../packages/ops/src/random/random-module.ts';
import { allClose, type Closeness } from './matchers.ts';

const backend = import.meta.env.DIFFGAN_BACKEND as string;

expect.extend({
  toBeAllClose: (actual: ArrayLike<number>, expected: ArrayLike<number> | number, closeness?: Closeness) =>
    allClose(actual, expected, closeness),
});

beforeAll(async () => {
  tf.env().set('IS_TEST', true);
  await selectBackend(backend, { allowSoftware: true });
  expect(tf.getBackend()).toBe(backend);
  await loadRandomModule(); // else it may come when a short file has ended
});

let tensors = 0;
beforeEach(() => {
  tensors = tf.memory().numTensors;
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => {
      throw new Error(`console.${level} in a test: ${words.map(String).join(' ')}`);
    });
});
afterEach(() => {
  vi.restoreAllMocks();
  expect(tf.memory().numTensors, 'tensors leaked by this test').toBe(tensors);
});
