import * as tf from '@tensorflow/tfjs-core';
import type { WebgpuBackend } from './run-program.ts';
import { webgpuKernel } from './webgpu-kernel.ts';

// The backend's fused kernels add the bias where they store the product. Only its product that cuts a long sum in parts, of 2000 terms
// and more for a small result, adds it in a pass of its own.
const run = (name: string, backend: WebgpuBackend, inputs: Record<string, tf.TensorInfo>, attrs: object) => {
  const { kernelFunc } = tf.getKernel(name, 'webgpu');
  return [kernelFunc({ inputs, backend, attrs: { ...attrs, activation: 'linear' } })].flat();
};

/** Convolution and bias. */
export const biasedConvolution = webgpuKernel('DiffganConvolution', ({ backend, inputs, attrs }) =>
  run(tf.FusedConv2D, backend, inputs, attrs),
);

/** Matrix product and bias. */
export const dense = webgpuKernel('DiffganDense', ({ backend, inputs: { x, kernel, bias } }) =>
  run(tf._FusedMatMul, backend, { a: x, b: kernel, bias }, { transposeA: false, transposeB: false }),
);
