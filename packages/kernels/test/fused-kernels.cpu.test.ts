import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { type FusedKernelName, fusedKernels, type KernelCall, kernelLayer, kernelOverride } from '@diffgan/kernels';
import * as ops from '@diffgan/ops';

// Neither package imports the other, so nothing but this test sees that the one asks for what the other has.

/** For each kernel the inputs that have the shapes of its results, in the calls below. */
const results: Readonly<Record<FusedKernelName, readonly string[]>> = {
  DiffganAdam: ['parameters', 'm', 'v', 'average'],
  DiffganAttention: ['value'],
  DiffganAttentionGrad: ['query', 'key', 'value'],
  DiffganConvolution: ['x'],
  DiffganDense: ['x'],
  DiffganGate: ['y'],
  DiffganGroupNorm: ['x', 'scale', 'scale'],
  DiffganGroupNormGrad: ['x', 'scale', 'shift'],
};
const asked = new Map<string, string[]>();
const standIns = Object.entries(results).map(([name, like]) =>
  kernelOverride(name, ({ inputs, backend }: KernelCall<string, object, MathBackendCPU>) => {
    asked.set(name, Object.keys(inputs).sort());
    return like.map((input) => {
      const { dataId, shape, dtype } = inputs[input];
      backend.incRef(dataId);
      return { dataId, shape, dtype };
    });
  }),
);
kernelLayer('cpu', standIns)();
afterAll(() => standIns.forEach(({ name }) => tf.unregisterKernel(name, 'cpu')));

test('the ops ask for the kernels of the table, and for all of them, with the inputs that it names', () => {
  tf.tidy(() => {
    const [images, matrix, sequence] = [tf.ones([1, 4, 4, 3]), tf.ones([3, 3]), tf.ones([1, 4, 2])];
    const [row, bias] = [tf.ones([1, 3]), tf.ones([3])];
    const gradientsOf = (f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]) => tf.grads(f)(inputs);
    gradientsOf((x, scale, shift) => ops.adaptiveGroupNorm(x, scale, shift, { groups: 1 }), [images, row, row]);
    gradientsOf(
      (q, k, v) => ops.attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D),
      [sequence, sequence, sequence],
    );
    gradientsOf((x) => ops.leakyRelu(x), [images]);
    ops.convolution(images as tf.Tensor4D, tf.ones([3, 3, 3, 3]), bias);
    ops.dense(matrix as tf.Tensor2D, matrix as tf.Tensor2D, bias);
    const vector = tf.ones<tf.Rank.R1>([2]);
    ops.adamUpdate({ parameters: vector, m: vector, v: vector, average: vector }, vector, tf.ones([7]));
  });
  expect(Object.fromEntries(asked)).toEqual(
    Object.fromEntries(Object.entries(fusedKernels).map(([name, inputs]) => [name, [...inputs].sort()])),
  );
});
