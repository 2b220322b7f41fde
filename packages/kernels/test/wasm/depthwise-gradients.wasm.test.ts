import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { expectSameOnWasm, numbers } from './on-both.ts';

const table = [1, 2, 3].flatMap((stride) =>
  (['same', 'valid'] as const).flatMap((pad) =>
    [
      { image: [2, 7, 6, 3], filter: [3, 3, 3, 1] },
      { image: [1, 5, 8, 2], filter: [2, 4, 2, 3] },
      { image: [2, 4, 4, 1], filter: [1, 1, 1, 2] },
    ].map((shapes) => ({ ...shapes, stride, pad })),
  ),
);

describe('gradients of depthwiseConv2d on wasm', () => {
  it.each(table)('equal those of the JavaScript backend: $image * $filter, stride $stride, $pad', async (row) => {
    await expectSameOnWasm(() => {
      const x = numbers(row.image, 1);
      const w = numbers(row.filter, 2);
      const conv = (image: tf.Tensor, filter: tf.Tensor) =>
        tf.depthwiseConv2d(image as tf.Tensor4D, filter as tf.Tensor4D, row.stride, row.pad);
      return tf.grads(conv)(
        [x, w],
        numbers(
          tf.tidy(() => conv(x, w).shape),
          3,
        ),
      );
    });
  });
});
