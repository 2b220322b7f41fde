import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { key, randintArray } from '@diffgan/ops';
import { buffersHeld, expectCloseToLargest, normals, take } from '../run-kernel.ts';

interface Case {
  x: [number, number, number, number];
  filter: [number, number, number];
  strides?: number | [number, number];
  pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
}

/** The gradient of a convolution of normal numbers by its filter. */
function gradient({ x: shape, filter: [height, width, outChannels], strides = 1, pad }: Case): tf.Tensor {
  const filterShape: [number, number, number, number] = [height, width, shape[3], outChannels];
  const info = tf.backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad);
  return tf.tidy(() => {
    const inputs = { x: normals(shape, 1), dy: normals(info.outShape, 2) };
    return tf.engine().runKernel(tf.Conv2DBackpropFilter, inputs, { strides, pad, dataFormat: 'NHWC', filterShape });
  });
}

async function expectSame(testCase: Case) {
  const [actual] = await take([gradient(testCase)]);
  await tf.setBackend('cpu');
  const [expected] = await take([gradient(testCase)]);
  await tf.setBackend('webgpu');
  expect(actual.shape).toEqual(expected.shape);
  expectCloseToLargest(actual.data, expected.data);
}

afterEach(() => tf.setBackend('webgpu'));

describe('gradient of a convolution by its filter in WGSL', () => {
  test.each<Case>([
    { x: [2, 8, 8, 4], filter: [3, 3, 8], pad: 'same' }, // four channels at once
    { x: [1, 5, 5, 1], filter: [3, 3, 1], pad: 'same' },
    { x: [3, 7, 9, 3], filter: [3, 3, 5], strides: 2, pad: 'same' },
    { x: [2, 8, 8, 8], filter: [1, 1, 12], pad: 'valid' },
    { x: [2, 6, 6, 36], filter: [3, 3, 40], pad: 'same' }, // more channels than a tile
    { x: [2, 9, 8, 5], filter: [4, 2, 33], strides: [2, 1], pad: 'valid' },
    { x: [1, 6, 6, 4], filter: [3, 3, 4], pad: 2 },
    {
      x: [2, 6, 7, 6],
      filter: [2, 2, 3],
      pad: [
        [0, 0],
        [1, 0],
        [2, 1],
        [0, 0],
      ],
    },
    { x: [4, 16, 16, 2], filter: [3, 3, 2], pad: 'same' }, // pixels in several slices
    { x: [3, 15, 17, 4], filter: [3, 3, 4], pad: 'same' }, // the last of them short
  ])('agrees with JavaScript for $x, $filter, stride $strides, padding $pad', expectSame);

  test('agrees with JavaScript on random shapes', async () => {
    const drawn = randintArray(key(7), 8 * 8, 1, 9);
    for (let i = 0; i < 8; i++) {
      const [batch, height, width, channels, rows, columns, outChannels, stride] = drawn.subarray(8 * i, 8 * i + 8);
      await expectSame({
        x: [batch, height + 3, width + 3, channels],
        filter: [1 + (rows % 4), 1 + (columns % 4), outChannels],
        strides: 1 + (stride % 3),
        pad: i % 2 ? 'same' : 'valid',
      });
    }
  });

  test('gives the same bits every time', async () => {
    const testCase: Case = { x: [4, 8, 8, 4], filter: [3, 3, 4], pad: 'same' };
    const [first, second] = [await take([gradient(testCase)]), await take([gradient(testCase)])];
    expect(first).toEqual(second);
  });

  test('leaves no buffer behind but its result', async () => {
    const before = buffersHeld();
    await take([gradient({ x: [4, 16, 16, 2], filter: [3, 3, 2], pad: 'same' })]);
    expect(buffersHeld()).toBe(before);
  });

  test('leaves images with channels first to the backend', async () => {
    const inputs = { x: normals([1, 2, 4, 4], 1), dy: normals([1, 3, 4, 4], 2) };
    const attributes = { strides: 1, pad: 'same', filterShape: [3, 3, 2, 3] };
    const swapped = tf.tidy(() => {
      const [x, dy] = [tf.transpose(inputs.x, [0, 2, 3, 1]), tf.transpose(inputs.dy, [0, 2, 3, 1])];
      return tf
        .engine()
        .runKernel<tf.Tensor>(tf.Conv2DBackpropFilter, { x, dy }, { ...attributes, dataFormat: 'NHWC' });
    });
    const plain = tf
      .engine()
      .runKernel<tf.Tensor>(tf.Conv2DBackpropFilter, inputs, { ...attributes, dataFormat: 'NCHW' });
    tf.dispose(inputs);
    const [actual, expected] = await take([plain, swapped]);
    expectCloseToLargest(actual.data, expected.data);
  });
});
