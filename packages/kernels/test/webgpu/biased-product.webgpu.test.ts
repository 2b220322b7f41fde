import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import { convolution, dense } from '@diffgan/ops';
import { expectCloseToLargest, normals, take } from '../run-kernel.ts';

/** Shaders that a computation runs; its result is the caller's. */
function runsOf<T extends tf.TensorContainer>(compute: () => T): { runs: number; result: T } {
  const spy = vi.spyOn(tf.backend() as unknown as { runWebGPUProgram(): tf.TensorInfo }, 'runWebGPUProgram');
  const result = tf.tidy(compute);
  const runs = spy.mock.calls.length;
  spy.mockRestore();
  return { runs, result };
}

/** Expects the same numbers in one run less. */
async function expectOneRunLess(inputs: tf.Tensor[], fused: () => tf.Tensor, plain: () => tf.Tensor) {
  const [ours, theirs] = [runsOf(fused), runsOf(plain)];
  expect(ours.runs).toBe(theirs.runs - 1);
  const [actual, expected] = await take([ours.result, theirs.result]);
  tf.dispose(inputs);
  expect(actual.shape).toEqual(expected.shape);
  expectCloseToLargest(actual.data, expected.data);
}

describe('the bias is added where the product is stored', () => {
  // The backend has another program for each of these.
  test.each<{ x: number[]; filter: number[]; pad?: 'same' | 'valid' }>([
    { x: [1, 3, 3, 4], filter: [1, 1, 4, 5] },
    { x: [2, 5, 4, 3], filter: [3, 3, 3, 8] },
    { x: [2, 12, 12, 4], filter: [3, 3, 4, 36] },
    { x: [2, 13, 11, 5], filter: [3, 3, 5, 33] },
    { x: [1, 4, 4, 2], filter: [4, 4, 2, 3], pad: 'valid' },
  ])('convolution of $x with $filter', async ({ x: shape, filter: window, pad = 'same' }) => {
    const [x, filter] = [normals(shape, 1) as tf.Tensor4D, normals(window, 2) as tf.Tensor4D];
    const bias = normals([window[3]], 3);
    await expectOneRunLess(
      [x, filter, bias],
      () => convolution(x, filter, bias, { pad }),
      () => tf.add(tf.conv2d(x, filter, 1, pad), bias),
    );
  });

  test.each([
    [3, 5, 7],
    [20, 9, 30],
    [300, 8, 36],
    [290, 7, 33],
  ])('product of [%i, %i] with %i columns', async (rows, inner, columns) => {
    const [x, kernel] = [normals([rows, inner], 1) as tf.Tensor2D, normals([inner, columns], 2) as tf.Tensor2D];
    const bias = normals([columns], 3);
    await expectOneRunLess(
      [x, kernel, bias],
      () => dense(x, kernel, bias),
      () => tf.add(tf.matMul(x, kernel), bias),
    );
  });

  test('or, after a sum of thousands of terms, in a pass of its own', async () => {
    const [x, kernel] = [normals([12, 2100], 1) as tf.Tensor2D, normals([2100, 20], 2) as tf.Tensor2D];
    const bias = normals([20], 3);
    const results = tf.tidy(() => [dense(x, kernel, bias), tf.add(tf.matMul(x, kernel), bias)]);
    tf.dispose([x, kernel, bias]);
    const [actual, expected] = await take(results);
    expectCloseToLargest(actual.data, expected.data);
  });
});
