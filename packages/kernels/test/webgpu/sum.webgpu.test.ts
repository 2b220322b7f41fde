import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { buffersHeld, expectCloseToLargest, normals, take } from '../run-kernel.ts';

interface Case {
  shape: number[];
  axis: number | number[];
  keepDims?: boolean;
}

const summed = ({ shape, axis, keepDims }: Case) => tf.tidy(() => tf.sum(normals(shape, 1), axis, keepDims));

async function expectSame(testCase: Case) {
  const [actual] = await take([summed(testCase)]);
  await tf.setBackend('cpu');
  const [expected] = await take([summed(testCase)]);
  await tf.setBackend('webgpu');
  expect(actual.shape).toEqual(expected.shape);
  expectCloseToLargest(actual.data, expected.data);
}

afterEach(() => tf.setBackend('webgpu'));

describe('sums in WGSL', () => {
  test.each<Case>([
    { shape: [2, 8, 8, 4], axis: [0, 1, 2] }, // the gradient of a bias
    { shape: [2, 8, 8, 6], axis: [0, 1, 2], keepDims: true },
    { shape: [3, 5, 4, 8], axis: [1, 2] }, // of what is added to each example
    { shape: [3, 5, 4, 8], axis: [2, 1], keepDims: true },
    { shape: [2, 7, 3], axis: -2 },
    { shape: [5, 1], axis: 0 },
    { shape: [1, 9], axis: 0 },
    { shape: [3, 260], axis: 0 }, // several tiles
    { shape: [2, 3000, 3], axis: 1 }, // several slices
    { shape: [5001, 4], axis: 0 },
    { shape: [2, 3, 4], axis: [0, 2] }, // not neighbours
    { shape: [2, 3, 4], axis: [1, 2] }, // the last
    { shape: [6], axis: 0 },
  ])('over $axis of $shape agree with JavaScript', expectSame);

  test('of whole numbers are the backend’s', async () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32');
    const [{ data }] = await take([tf.sum(x, 0)]);
    expect([...data]).toEqual([4, 6]);
    x.dispose();
  });

  test('leave no buffer behind', async () => {
    const before = buffersHeld();
    await take([summed({ shape: [5001, 4], axis: 0 })]);
    expect(buffersHeld()).toBe(before);
  });
});
