import * as tf from '@tensorflow/tfjs-core';
import { registerFusedGradients } from '../fused-gradients.ts';
import { adam, type AdamInputs } from './adam.ts';
import { attention, type AttentionInputs } from './attention.ts';
import { attentionGrad, type AttentionGradInputs } from './attention-grad.ts';
import { biasedConvolution, type BiasedConvolutionInputs, dense, type DenseInputs } from './biased-product.ts';
import {
  conv2dBackpropFilter,
  type Conv2dBackpropFilterAttributes,
  type Conv2dBackpropFilterInputs,
} from './conv2d-backprop-filter.ts';
import { gate, type GateInputs } from './gate.ts';
import type { GroupNormAttributes } from './group-layout.ts';
import { groupNorm, type GroupNormInputs } from './group-norm.ts';
import { groupNormGrad, type GroupNormGradInputs } from './group-norm-grad.ts';
import type { WebgpuBackend } from './run-program.ts';
import { columnsOf, sum, type SumAttributes } from './sum.ts';

type Kernel = (backend: WebgpuBackend, inputs: unknown, attributes: unknown) => tf.TensorInfo[];
type Replacement = (backend: WebgpuBackend, inputs: unknown, attributes: unknown) => tf.TensorInfo | undefined;

const added: Readonly<Record<string, Kernel>> = {
  DiffganGroupNorm: (backend, inputs, attributes) => [
    groupNorm(backend, inputs as GroupNormInputs, attributes as GroupNormAttributes),
  ],
  DiffganGroupNormGrad: (backend, inputs, attributes) =>
    groupNormGrad(backend, inputs as GroupNormGradInputs, attributes as GroupNormAttributes),
  DiffganAdam: (backend, inputs) => adam(backend, inputs as AdamInputs),
  DiffganAttention: (backend, inputs) => [attention(backend, inputs as AttentionInputs)],
  DiffganAttentionGrad: (backend, inputs) => attentionGrad(backend, inputs as AttentionGradInputs),
  DiffganConvolution: (backend, inputs, attributes) =>
    biasedConvolution(backend, inputs as BiasedConvolutionInputs, attributes as object),
  DiffganDense: (backend, inputs) => dense(backend, inputs as DenseInputs),
  DiffganGate: (backend, inputs, attributes) => [gate(backend, inputs as GateInputs, attributes as { alpha: number })],
};

/** Kernels of the backend that are replaced, each leaving what it does not do to the one it replaces. */
const replaced: Readonly<Record<string, Replacement>> = {
  [tf.Conv2DBackpropFilter]: (backend, inputs, attributes) => {
    const attrs = attributes as Conv2dBackpropFilterAttributes;
    return attrs.dataFormat === 'NHWC'
      ? conv2dBackpropFilter(backend, inputs as Conv2dBackpropFilterInputs, attrs)
      : undefined;
  },
  [tf.Sum]: (backend, inputs, attributes) => {
    const [{ x }, attrs] = [inputs as Record<'x', tf.TensorInfo>, attributes as SumAttributes];
    const columns = x.dtype === 'float32' ? columnsOf(x.shape, attrs) : undefined;
    return columns && sum(backend, x, attrs, columns);
  },
};

const ours = /* @__PURE__ */ new WeakSet<tf.KernelFunc>();

/**
 * Gives the `webgpu` backend fused kernels of group normalisation, attention, convolutions and matrix products with a bias, and Adam,
 * which the functions of `@diffgan/ops` use where they are, and faster ones of sums over other than the last axes and of the gradient
 * of convolutions by their filter. `selectBackend('webgpu')` of `@diffgan/runtime` calls it. Doing so again has no effect.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-webgpu';
 * import { registerWebgpuKernels } from '@diffgan/ops/webgpu';
 * registerWebgpuKernels();
 * ```
 */
export function registerWebgpuKernels(): void {
  for (const [name, kernel] of Object.entries(added)) if (!tf.getKernel(name, 'webgpu')) register(name, kernel);
  for (const [name, kernel] of Object.entries(replaced)) replace(name, kernel);
  registerFusedGradients();
}

function register(kernelName: string, kernel: Kernel): void {
  tf.registerKernel({
    kernelName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, backend, attrs }) => kernel(backend as WebgpuBackend, inputs, attrs),
  });
}

function replace(kernelName: string, kernel: Replacement): void {
  const original = tf.getKernel(kernelName, 'webgpu');
  if (!original || ours.has(original.kernelFunc)) return;
  const kernelFunc: tf.KernelFunc = (call) =>
    kernel(call.backend as WebgpuBackend, call.inputs, call.attrs) ?? original.kernelFunc(call);
  ours.add(kernelFunc);
  tf.unregisterKernel(kernelName, 'webgpu');
  tf.registerKernel({ ...original, kernelFunc });
}
