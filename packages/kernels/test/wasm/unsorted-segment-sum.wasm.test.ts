import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { expectSameOnWasm, numbers } from './on-both.ts';

describe('unsortedSegmentSum on wasm', () => {
  it.each([
    { shape: [6], segments: [0, 2, 2, 1, 0, 5], count: 6 },
    { shape: [4, 3], segments: [1, 1, 0, 3], count: 4 },
    { shape: [4, 2, 3], segments: [2, 0, 2, 2], count: 3 },
    { shape: [3, 2], segments: [0, -1, 7], count: 2 },
  ])('adds rows of $shape into $count segments', async ({ shape, segments, count }) => {
    await expectSameOnWasm(() => [tf.unsortedSegmentSum(numbers(shape), tf.tensor1d(segments, 'int32'), count)]);
  });

  it('is the gradient of gather, along every axis', async () => {
    for (const axis of [0, 1, 2])
      await expectSameOnWasm(() => {
        const rows = tf.tensor1d([1, 0, 1], 'int32');
        const gather = (x: tf.Tensor) => tf.square(tf.gather(x, rows, axis));
        return [tf.grad(gather)(numbers([2, 3, 4]))];
      });
  });
});
