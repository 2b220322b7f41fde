import * as tf from '@tensorflow/tfjs-core';
import { adam, type AdamInputs } from './adam.ts';
import type { GroupNormAttributes } from './group-layout.ts';
import { groupNorm, type GroupNormInputs } from './group-norm.ts';
import { groupNormGrad, type GroupNormGradInputs } from './group-norm-grad.ts';
import type { WebgpuBackend } from './run-program.ts';

type Kernel = (backend: WebgpuBackend, inputs: unknown, attributes: unknown) => tf.TensorInfo[];

const kernels: Readonly<Record<string, Kernel>> = {
  DiffganGroupNorm: (backend, inputs, attributes) =>
    groupNorm(backend, inputs as GroupNormInputs, attributes as GroupNormAttributes),
  DiffganGroupNormGrad: (backend, inputs, attributes) =>
    groupNormGrad(backend, inputs as GroupNormGradInputs, attributes as GroupNormAttributes),
  DiffganAdam: (backend, inputs) => adam(backend, inputs as AdamInputs),
};

/**
 * Gives the `webgpu` backend fused kernels of group normalisation and of Adam; `groupNorm`, `adaptiveGroupNorm` and the training
 * loops use them where they are. `selectBackend('webgpu')` of `@diffgan/runtime` calls it. Doing so again has no effect.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-webgpu';
 * import { registerWebgpuKernels } from '@diffgan/ops/webgpu';
 * registerWebgpuKernels();
 * ```
 */
export function registerWebgpuKernels(): void {
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, 'webgpu')) continue;
    tf.registerKernel({
      kernelName,
      backendName: 'webgpu',
      kernelFunc: ({ inputs, backend, attrs }) => kernel(backend as WebgpuBackend, inputs, attrs),
    });
  }
}
