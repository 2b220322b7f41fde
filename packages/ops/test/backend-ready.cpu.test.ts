import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, it, vi } from 'vitest';
import { backendReady, backendStarts } from '@diffgan/ops';

const engine = tf.engine();
afterEach(() => vi.restoreAllMocks());

it('waits for the backends that are on their way, whether they start or not', async () => {
  const told: string[] = [];
  const start = (name: string, after: Promise<unknown>) => backendStarts(after.then(() => told.push(name)));
  let open!: () => void;
  const gate = new Promise<void>((resolve) => (open = resolve));
  void start('one', gate);
  backendStarts(Promise.reject(new Error('another'))).catch(() => told.push('another failed'));
  const ready = backendReady().then(() => told.push('ready'));
  expect(told).not.toContain('ready');
  open();
  await ready;
  expect(told).toEqual(['another failed', 'one', 'ready']);
});

it('says what to do where there is no backend', async () => {
  vi.spyOn(engine, 'registryFactory', 'get').mockReturnValue({});
  await expect(backendReady()).rejects.toThrow(/has no backend yet: call `await selectBackend\(\)`/);
});
