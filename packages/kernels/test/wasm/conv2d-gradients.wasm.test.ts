import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectSameOnWasm, numbers } from './on-both.ts';

type Pad = 'same' | 'valid' | number;

interface Case {
  image: [number, number, number, number];
  filter: [number, number, number, number];
  strides: [number, number];
  pad: Pad | [[number, number], [number, number], [number, number], [number, number]];
}

// TensorFlow.js gets the output width wrong when a number pads a filter that is not square; forward, too.
const fits = ([height, width]: readonly number[], [rows, columns]: readonly number[], pad: Pad) =>
  pad === 1 ? rows === columns : pad === 'same' || (rows <= height && columns <= width);

const table: Case[] = [];
for (const size of [
  [7, 7],
  [8, 8],
  [5, 6],
  [4, 9],
] as const)
  for (const kernel of [
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 3],
    [5, 5],
  ] as const)
    for (const stride of [1, 2, 3])
      for (const pad of ['same', 'valid', 1] as const)
        if (fits(size, kernel, pad))
          table.push({ image: [2, ...size, 3], filter: [...kernel, 3, 5], strides: [stride, stride], pad });
table.push(
  { image: [1, 9, 9, 1], filter: [3, 3, 1, 1], strides: [2, 2], pad: 'same' },
  { image: [3, 8, 8, 4], filter: [3, 3, 4, 2], strides: [1, 2], pad: 'same' },
  { image: [3, 8, 8, 4], filter: [3, 3, 4, 2], strides: [2, 1], pad: 'valid' },
  {
    image: [2, 6, 5, 2],
    filter: [3, 3, 2, 3],
    strides: [2, 2],
    pad: [
      [0, 0],
      [0, 1],
      [1, 0],
      [0, 0],
    ],
  },
  {
    image: [2, 6, 5, 2],
    filter: [2, 2, 2, 3],
    strides: [1, 1],
    pad: [
      [0, 0],
      [2, 2],
      [0, 3],
      [0, 0],
    ],
  },
  { image: [16, 14, 14, 8], filter: [3, 3, 8, 8], strides: [1, 1], pad: 'same' },
);

/** An entry of the filter's gradient is a sum over all pixels, whose rounding errors add up. */
const closeness = ({ image: [batch, height, width] }: Case) => ({
  rtol: 1e-5,
  atol: Math.max(1e-5, 1e-7 * batch * height * width),
});

describe('gradients of conv2d on wasm', () => {
  it.each(table)(
    'equal those of the JavaScript backend: $image * $filter, strides $strides, pad $pad',
    async (shapes) => {
      const { strides, pad } = shapes;
      await expectSameOnWasm(() => {
        const x = numbers(shapes.image, 1) as tf.Tensor4D;
        const w = numbers(shapes.filter, 2) as tf.Tensor4D;
        const conv = (image: tf.Tensor4D, filter: tf.Tensor4D) => tf.conv2d(image, filter, strides, pad, 'NHWC', 1);
        const gradients = tf.grads((image: tf.Tensor, filter: tf.Tensor) =>
          conv(image as tf.Tensor4D, filter as tf.Tensor4D),
        );
        return gradients([x, w], numbers(conv(x, w).shape, 3));
      }, closeness(shapes));
    },
  );

  it('share no memory with what they were computed from', async () => {
    const dy = numbers([1, 4, 4, 2]) as tf.Tensor4D;
    const w = numbers([1, 1, 2, 2], 2) as tf.Tensor4D;
    const dx = tf.conv2dTranspose(dy, w, [1, 4, 4, 2], 1, 'same');
    const before = await dy.data();
    tf.dispose([dx, w]);
    expect(await dy.data()).toEqual(before);
    dy.dispose();
  });
});
