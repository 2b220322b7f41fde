import * as tf from '@tensorflow/tfjs-core';
import type { WebgpuBackend } from './run-program.ts';

/** Inputs of `DiffganConvolution`: x [B, H, W, C], filter [height, width, C, C'], bias [C']. */
export type BiasedConvolutionInputs = Record<'x' | 'filter' | 'bias', tf.TensorInfo>;

/** Inputs of `DiffganDense`: x [B, n], kernel [n, units], bias [units]. */
export type DenseInputs = Record<'x' | 'kernel' | 'bias', tf.TensorInfo>;

// The backend's fused kernels add the bias where they store the product. Only its product that cuts a long sum in parts, of 2000 terms
// and more for a small result, adds it in a pass of its own.
const run = (name: string, backend: WebgpuBackend, inputs: Record<string, tf.TensorInfo>, attrs: object) => {
  const { kernelFunc } = tf.getKernel(name, 'webgpu');
  return [kernelFunc({ inputs, backend, attrs: { ...attrs, activation: 'linear' } }) as tf.TensorInfo];
};

/** Convolution and bias. */
export const biasedConvolution = (backend: WebgpuBackend, inputs: BiasedConvolutionInputs, attributes: object) =>
  run(tf.FusedConv2D, backend, inputs, attributes);

/** Matrix product and bias. */
export const dense = (backend: WebgpuBackend, { x, kernel, bias }: DenseInputs) =>
  run(tf._FusedMatMul, backend, { a: x, b: kernel, bias }, { transposeA: false, transposeB: false });
