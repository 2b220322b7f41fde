import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { convolution, type ConvolutionOptions, dense, gradientOf } from '@diffgan/ops';
import { expectCloseToLargest, normals, take } from '../../kernels/test/run-kernel.ts';

interface Case {
  x: number[];
  filter: number[];
  options?: ConvolutionOptions;
}

const cases: [string, Case][] = [
  ['1×1', { x: [2, 3, 3, 4], filter: [1, 1, 4, 8] }],
  ['3×3', { x: [2, 5, 4, 4], filter: [3, 3, 4, 8] }],
  ['3×3, one output', { x: [1, 4, 4, 4], filter: [3, 3, 4, 1] }],
  ['3×3, one input', { x: [1, 4, 4, 1], filter: [3, 3, 1, 5] }],
  ['stride 2', { x: [2, 6, 6, 3], filter: [3, 3, 3, 4], options: { stride: 2 } }],
  ['valid', { x: [1, 5, 5, 2], filter: [3, 3, 2, 3], options: { pad: 'valid' } }],
];

const plainConvolution = (
  x: tf.Tensor,
  filter: tf.Tensor,
  bias: tf.Tensor,
  { stride = 1, pad = 'same' }: ConvolutionOptions,
) => tf.add(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad), bias);

/** The value, and the gradients of Σ(weights·value) by all inputs. */
function valueAndGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  return tf.tidy(() => {
    const value = f(...inputs);
    return [value, ...tf.grads(f)(inputs, normals(value.shape, 9))];
  });
}

/** Both ways must agree up to the order of sums. */
async function expectSame(inputs: tf.Tensor[], fused: typeof plain, plain: (...inputs: tf.Tensor[]) => tf.Tensor) {
  const [actual, expected] = [fused, plain].map((f) => valueAndGradients(f, inputs));
  tf.dispose(inputs);
  const [values, wanted] = [await take(actual), await take(expected)];
  values.forEach(({ shape, data }, i) => {
    expect(shape).toEqual(wanted[i].shape);
    expectCloseToLargest(data, wanted[i].data);
  });
}

describe('convolution', () => {
  test.each(cases)('%s: value and gradients of conv2d plus bias', async (_, { x, filter, options = {} }) => {
    const inputs = [normals(x, 1), normals(filter, 2), normals([filter[3]], 3)];
    await expectSame(
      inputs,
      (x, filter, bias) => convolution(x as tf.Tensor4D, filter as tf.Tensor4D, bias, options),
      (x, filter, bias) => plainConvolution(x, filter, bias, options),
    );
  });

  test('slope by the input, differentiated by the filter', async () => {
    const [x, filter, bias] = [normals([1, 4, 4, 2], 1), normals([3, 3, 2, 4], 2), normals([4], 3)] as const;
    const penalty = (conv: (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor) => (filter: tf.Tensor) =>
      tf.sum(tf.square(gradientOf((x) => tf.sum(tf.square(conv(x, filter))), x)));
    const results = tf.tidy(() => [
      tf.grad(penalty((x, filter) => convolution(x as tf.Tensor4D, filter as tf.Tensor4D, bias)))(filter),
      tf.grad(penalty((x, filter) => plainConvolution(x, filter, bias, {})))(filter),
    ]);
    const [actual, expected] = await take(results);
    tf.dispose([x, filter, bias]);
    expectCloseToLargest(actual.data, expected.data);
  });

  test('names shapes that do not fit', () => {
    const [x, filter, bias] = [tf.zeros<tf.Rank.R4>([1, 4, 4, 2]), tf.zeros<tf.Rank.R4>([3, 3, 3, 4]), tf.zeros([4])];
    expect(() => convolution(x, filter, bias)).toThrow(/convolution: x is \[1,4,4,2\] and filter \[3,3,3,4\]/);
    const fitting = tf.zeros<tf.Rank.R4>([3, 3, 2, 5]);
    expect(() => convolution(x, fitting, bias)).toThrow(/bias is \[4\]; it must be \[5\]/);
    tf.dispose([x, filter, bias, fitting]);
  });
});

describe('dense', () => {
  test.each([
    [1, 1, 1],
    [3, 4, 8],
    [5, 7, 9],
  ])('%i × %i → %i: value and gradients of matMul plus bias', async (rows, inner, units) => {
    const inputs = [normals([rows, inner], 1), normals([inner, units], 2), normals([units], 3)];
    await expectSame(
      inputs,
      (x, kernel, bias) => dense(x as tf.Tensor2D, kernel as tf.Tensor2D, bias),
      (x, kernel, bias) => tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias),
    );
  });

  test('names shapes that do not fit', () => {
    const [x, kernel, bias] = [tf.zeros<tf.Rank.R2>([2, 3]), tf.zeros<tf.Rank.R2>([4, 5]), tf.zeros([5])];
    expect(() => dense(x, kernel, bias)).toThrow(/dense: x is \[2,3\] and kernel \[4,5\]/);
    tf.dispose([x, kernel, bias]);
  });
});
