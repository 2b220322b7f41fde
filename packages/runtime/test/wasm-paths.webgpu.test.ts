import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { backendReady } from '@diffgan/ops';
import { BackendError, selectBackend } from '@diffgan/runtime';

const served = '/node_modules/@tensorflow/tfjs-backend-wasm/wasm-out';

/** Forgets the backend, as in a page that has just been opened. */
function forget(): void {
  const { factory, priority } = tf.engine().registryFactory.wasm ?? {};
  if (!factory) return;
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory, priority);
}

async function sum(): Promise<number> {
  const total = tf.tidy(() => tf.sum(tf.add(tf.range(0, 4), 1)));
  const [value] = await total.data();
  total.dispose();
  return value;
}

afterEach(() => vi.unstubAllGlobals());
afterAll(() => selectBackend('webgpu', { allowSoftware: true }));

describe('wasm in a page', () => {
  it('starts without a file that would have to be served', async () => {
    forget();
    const asked = vi.fn(fetch);
    vi.stubGlobal('fetch', asked);
    expect((await selectBackend('wasm')).name).toBe('wasm');
    expect(asked).not.toHaveBeenCalled();
    expect(globalThis.fetch).toBe(asked);
    expect(await sum()).toBe(10);
  });

  it.each([served, `${served}/`, { 'tfjs-backend-wasm-simd.wasm': `${served}/tfjs-backend-wasm-simd.wasm` }])(
    'takes its files from %o',
    async (wasmPaths) => {
      forget();
      const asked = vi.fn(fetch);
      vi.stubGlobal('fetch', asked);
      await selectBackend('wasm', { wasmPaths });
      expect(asked.mock.calls.map(([address]) => address)).toEqual([`${served}/tfjs-backend-wasm-simd.wasm`]);
      expect(await sum()).toBe(10);
    },
  );

  it.each([
    ['/nowhere/', /\/nowhere\/tfjs-backend-wasm-simd\.wasm (is no WebAssembly|answered 404)/],
    [{ 'tfjs-backend-wasm-simd.wasm': '/package.json' }, /\/package\.json is no WebAssembly/],
  ] as const)('says what failed of %o, and starts when it is called again', async (wasmPaths, why) => {
    forget();
    const failed = await selectBackend('wasm', { wasmPaths }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(BackendError);
    expect((failed as BackendError).message).toMatch(why);
    expect((failed as BackendError).message).toMatch(/Serve that file, or leave wasmPaths out/);
    expect((await selectBackend('wasm')).name).toBe('wasm');
    expect(await sum()).toBe(10);
  });

  it('is waited for', async () => {
    forget();
    const selected = selectBackend('wasm');
    await backendReady();
    expect(tf.getBackend()).toBe('wasm');
    expect(await sum()).toBe(10);
    await selected;
  });
});
