import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectSameOnWasm, numbers } from './on-both.ts';

describe('slice on wasm', () => {
  it.each([
    { shape: [7], begin: [2], size: [4] },
    { shape: [200], begin: [13], size: [150] },
    { shape: [3, 5], begin: [1, 0], size: [2, 5] },
    { shape: [3, 5], begin: [0, 2], size: [3, 2] },
    { shape: [2, 4, 4, 60], begin: [0, 1, 1, 0], size: [2, 2, 3, 60] },
    { shape: [2, 4, 4, 3], begin: [1, 1, 2, 1], size: [1, 2, 1, 2] },
    { shape: [2, 3, 2, 3, 2], begin: [0, 1, 0, 1, 0], size: [2, 1, 2, 2, 1] },
    { shape: [4, 3], begin: [4, 0], size: [0, 3] },
    { shape: [4, 3], begin: [1, 0], size: [-1, -1] },
  ])('takes $size from $begin of $shape', async ({ shape, begin, size }) => {
    await expectSameOnWasm(() => [tf.slice(numbers(shape), begin, size)]);
  });

  it.each(['int32', 'bool'] as const)('keeps %s', async (dtype) => {
    const x = tf.tensor([0, 1, 1, 0, 1, 0], [2, 3], dtype);
    const part = tf.slice(x, [0, 1], [2, 2]);
    expect([part.dtype, ...(await part.data())]).toEqual([dtype, 1, 1, 1, 0]);
    tf.dispose([x, part]);
  });
});

describe('split on wasm', () => {
  it.each([
    { shape: [12], parts: [3, 0, 4, 5], axis: 0 },
    { shape: [2, 6, 3], parts: 3, axis: 1 },
    { shape: [2, 6, 3], parts: [1, 2], axis: -1 },
  ])('cuts $shape into $parts along $axis', async ({ shape, parts, axis }) => {
    await expectSameOnWasm(() => tf.split(numbers(shape), parts, axis));
  });

  it('takes time in proportion to the vector, not to vector times parts', () => {
    const x = tf.zeros([1 << 20]);
    const milliseconds = (parts: number) => {
      const start = performance.now();
      tf.dispose(tf.split(x, parts));
      return performance.now() - start;
    };
    const best = (parts: number) => Math.min(...Array.from({ length: 5 }, () => milliseconds(parts)));
    // A copy of everything for each part would make this ratio 1024; what remains is the price of 1024 tensors.
    expect(best(1024) / best(1)).toBeLessThan(500);
    x.dispose();
  });
});

describe('unstack on wasm', () => {
  it.each([
    { shape: [3], axis: 0 },
    { shape: [3, 4], axis: 0 },
    { shape: [2, 3, 4], axis: 1 },
    { shape: [2, 3, 4], axis: -1 },
  ])('takes $shape apart along $axis', async ({ shape, axis }) => {
    await expectSameOnWasm(() => tf.unstack(numbers(shape), axis));
  });
});

describe('clone on wasm', () => {
  it('outlives what it was cloned from', async () => {
    const x = numbers([5]);
    const copy = tf.clone(x);
    const expected = await x.data();
    x.dispose();
    expect(await copy.data()).toEqual(expected);
    copy.dispose();
  });

  it('does not follow a variable that changes', async () => {
    const first = tf.tensor1d([1, 2]);
    const x = tf.variable(first);
    first.dispose();
    const copy = tf.tidy(() => tf.clone(x));
    const next = tf.tensor1d([3, 4]);
    x.assign(next);
    expect([...(await copy.data())]).toEqual([1, 2]);
    tf.dispose([x, copy, next]);
  });
});
