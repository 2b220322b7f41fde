import * as tf from '@tensorflow/tfjs-core';
import { adam, type AdamInputs } from './adam.ts';
import {
  conv2dBackpropFilter,
  type Conv2dBackpropFilterAttributes,
  type Conv2dBackpropFilterInputs,
} from './conv2d-backprop-filter.ts';
import type { GroupNormAttributes } from './group-layout.ts';
import { groupNorm, type GroupNormInputs } from './group-norm.ts';
import { groupNormGrad, type GroupNormGradInputs } from './group-norm-grad.ts';
import type { WebgpuBackend } from './run-program.ts';

type Kernel = (backend: WebgpuBackend, inputs: unknown, attributes: unknown) => tf.TensorInfo | tf.TensorInfo[];

const added: Readonly<Record<string, Kernel>> = {
  DiffganGroupNorm: (backend, inputs, attributes) =>
    groupNorm(backend, inputs as GroupNormInputs, attributes as GroupNormAttributes),
  DiffganGroupNormGrad: (backend, inputs, attributes) =>
    groupNormGrad(backend, inputs as GroupNormGradInputs, attributes as GroupNormAttributes),
  DiffganAdam: (backend, inputs) => adam(backend, inputs as AdamInputs),
};

const ours = /* @__PURE__ */ new WeakSet<tf.KernelFunc>();

/**
 * Gives the `webgpu` backend fused kernels of group normalisation and of Adam, which `groupNorm`, `adaptiveGroupNorm` and the training
 * loops use where they are, and a faster gradient of convolutions by their filter. `selectBackend('webgpu')` of `@diffgan/runtime`
 * calls it. Doing so again has no effect.
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
  const original = tf.getKernel(tf.Conv2DBackpropFilter, 'webgpu');
  if (!original || ours.has(original.kernelFunc)) return;
  tf.unregisterKernel(tf.Conv2DBackpropFilter, 'webgpu');
  register(tf.Conv2DBackpropFilter, (backend, inputs, attributes) => {
    const attrs = attributes as Conv2dBackpropFilterAttributes;
    if (attrs.dataFormat === 'NHWC') return conv2dBackpropFilter(backend, inputs as Conv2dBackpropFilterInputs, attrs);
    return original.kernelFunc({ inputs, backend, attrs } as unknown as Parameters<tf.KernelFunc>[0]);
  });
}

function register(kernelName: string, kernel: Kernel): void {
  const kernelFunc: tf.KernelFunc = ({ inputs, backend, attrs }) => kernel(backend as WebgpuBackend, inputs, attrs);
  ours.add(kernelFunc);
  tf.registerKernel({ kernelName, backendName: 'webgpu', kernelFunc });
}
