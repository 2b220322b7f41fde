import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { selectBackend, type SelectBackendOptions } from '@diffgan/runtime';
import { watchThreads } from '../../kernels/test/simd/watch-threads.ts';

/** Numbers without a pattern, between −1 and 1. */
function numbers(shape: number[], seed: number): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) =>
    Math.sin((i + 1) * 12.9898 * seed + seed),
  );
  return tf.tensor(values, shape);
}

/** Everything that is computed on threads: a small network with its gradients, and the fused kernels. */
function compute(): tf.Tensor[] {
  const x = numbers([3, 20, 20, 12], 1) as tf.Tensor4D;
  const filter = numbers([3, 3, 12, 20], 2) as tf.Tensor4D;
  const run = (name: string, inputs: object, attrs = {}): tf.Tensor[] =>
    tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attrs);
  const network = (image: tf.Tensor, weights: tf.Tensor) => {
    const h = tf.conv2d(tf.sigmoid(image) as tf.Tensor4D, weights as tf.Tensor4D, 1, 'same');
    const rows = tf.reshape<tf.Rank.R3>(tf.leakyRelu(h), [3, 400, 20]);
    const mixed = tf.matMul(tf.softmax(tf.matMul(rows, rows, false, true)), rows);
    return tf.add(tf.mean(tf.square(mixed)), tf.sum(tf.mul(rows, tf.mean(rows, [0, 1]))));
  };
  const [groups, epsilon, silu] = [4, 1e-6, true];
  const images = tf.reshape(x, [3, 400, 12]);
  const [scale, shift] = [numbers([12], 3), numbers([12], 4)];
  const [y, mean, rstd] = run('DiffganGroupNorm', { x: images, scale, shift }, { groups, epsilon, silu });
  const norm = { dy: y, x: images, scale, shift, mean, rstd };
  const [query, key, value] = [images, numbers([3, 130, 12], 10), numbers([3, 130, 9], 11)];
  const [oneQuery, oneKey, oneValue] = [query, key, value].map((t) => tf.slice(t, 0, 1)); // an image on several threads
  const [mixed] = run('DiffganAttention', { query, key, value });
  const vectors = [5, 6, 7, 8, 9].map((seed) => tf.abs(numbers([70_001], seed)));
  const [parameters, gradient, m, v, average] = vectors;
  const hyper = tf.tensor1d([0.9, 0.99, 0.01, 1, 1e-8, 0, 0.1]);
  return [
    network(x, filter),
    ...tf.grads(network)([x, filter]),
    y,
    ...run('DiffganGroupNormGrad', norm, { groups, epsilon, silu }),
    mixed,
    ...run('DiffganAttentionGrad', { dy: mixed, query, key, value }),
    ...run('DiffganAttention', { query: oneQuery, key: oneKey, value: oneValue }),
    ...run('DiffganAdam', { parameters, gradient, m, v, average, hyper }),
  ];
}

async function results(options: SelectBackendOptions): Promise<tf.TypedArray[]> {
  await selectBackend('wasm', options);
  const tensors = tf.tidy(compute);
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return values;
}

/** All results as one string of bytes: comparing bits this way is fast. */
const bits = (values: tf.TypedArray[]): string =>
  Buffer.concat(values.map(({ buffer }) => new Uint8Array(buffer))).toString('latin1');

afterEach(() => vi.unstubAllGlobals());
afterAll(() => selectBackend('wasm'));

describe('wasm on threads', () => {
  it('says how many there are', async () => {
    const { description, note } = await selectBackend('wasm', { threads: 2 });
    expect(description).toMatch(/^wasm on CPU, WebAssembly, (relaxed )?SIMD, 2 threads \(tfjs-backend-wasm 4.22.0\)$/);
    expect(note).toBeUndefined();
  });

  it.each([true, false])('gives the same bits on 1, 2 and 3 threads (reproducible: %s)', async (reproducible) => {
    const one = bits(await results({ threads: 1, reproducible }));
    for (const threads of [2, 3]) expect(bits(await results({ threads, reproducible })) === one).toBe(true);
  });

  it('leaves nothing behind that it changed to start', async () => {
    await selectBackend('wasm', { threads: 2 });
    expect('Worker' in globalThis).toBe(false);
    const { Worker } = await import('node:worker_threads');
    const threads = (await import('node:module')).createRequire(import.meta.url)('node:worker_threads') as object;
    expect(threads).toHaveProperty('Worker', Worker);
    expect(tf.env().getBool('WASM_HAS_MULTITHREAD_SUPPORT')).toBe(false);
  });

  it('keeps tensors when it goes from threads to one thread and back', async () => {
    await selectBackend('wasm', { threads: 2 });
    const x = tf.tensor1d([1, 2, 3]);
    expect((await selectBackend('wasm', { threads: 1 })).device).toContain('1 thread');
    expect((await selectBackend('wasm', { threads: 2 })).device).toContain('2 threads');
    expect([...(await x.data())]).toEqual([1, 2, 3]);
    x.dispose();
  });

  it('computes the same when its threads are killed, and says that they were', async () => {
    const expected = bits(await results({ threads: 1 }));
    const notes: string[] = [];
    const watched = watchThreads();
    await selectBackend('wasm', { threads: 3, onNote: (line) => notes.push(line) });
    await watched.killAll();
    const tensors = tf.tidy(compute);
    const values = await Promise.all(tensors.map((tensor) => tensor.data()));
    tf.dispose(tensors);
    expect(bits(values) === expected).toBe(true);
    expect(notes.slice(1)).toEqual([
      'wasm: a thread ended (exit code 1); 2 left',
      'wasm: a thread ended (exit code 1); 1 left',
    ]);
  });

  it('grows its heap', async () => {
    await selectBackend('wasm', { threads: 2 });
    const large = tf.tidy(() => tf.add(tf.ones([1 << 24]), tf.ones([1 << 24])));
    const total = tf.sum(large);
    expect((await total.data())[0]).toBe(2 ** 25);
    tf.dispose([large, total]);
  });

  it.each([0, 1.5, -2])('refuses %s threads', async (threads) => {
    await expect(selectBackend('wasm', { threads })).rejects.toThrow(RangeError);
  });
});

describe('wasm where threads are not possible', () => {
  const startFresh = () => {
    const { factory, priority } = tf.engine().registryFactory.wasm;
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', factory, priority);
  };

  it('uses one thread in a page that is not isolated, and says what the page needs', async () => {
    startFresh();
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const { description } = await selectBackend('wasm', { threads: 2 });
    expect(description).toMatch(
      /SIMD, 1 thread \(.*\); one thread, since this page is not cross-origin isolated \(serve/,
    );
    const x = tf.tidy(() => tf.add(tf.ones([2]), 1));
    expect([...(await x.data())]).toEqual([2, 2]);
    x.dispose();
  });

  it('uses one thread when the backend holds tensors that a restart would lose', async () => {
    startFresh();
    await selectBackend('wasm');
    const x = tf.tensor1d([1, 2]);
    const { description } = await selectBackend('wasm', { threads: 2 });
    expect(description).toContain('one thread, since the backend was started before and holds tensors');
    expect([...(await x.data())]).toEqual([1, 2]);
    x.dispose();
  });
});

describe('reproducible wasm', () => {
  it('gives the same bits twice and differs from the fused build by rounding alone', async () => {
    const first = await results({ reproducible: true });
    expect(bits(await results({ reproducible: true })) === bits(first)).toBe(true);
    const fused = await results({});
    fused.forEach((values, i) => {
      const largest = Array.from(first[i]).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      expect(values).toBeAllClose(first[i], { rtol: 0, atol: 1e-5 * largest });
    });
  });

  it('does without relaxed SIMD', async () => {
    expect((await selectBackend('wasm', { reproducible: true })).device).toBe('CPU, WebAssembly, SIMD, 1 thread');
  });
});
