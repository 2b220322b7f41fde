import { registerFusedGradients } from '../fused-gradients.ts';
import { kernelLayer } from '../kernel-layer.ts';
import { adam } from './adam.ts';
import { attention } from './attention.ts';
import { attentionGrad } from './attention-grad.ts';
import { biasedConvolution, dense } from './biased-product.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { gate } from './gate.ts';
import { groupNorm } from './group-norm.ts';
import { groupNormGrad } from './group-norm-grad.ts';
import { cosine, sine } from './sine.ts';
import { sum } from './sum.ts';

const register = /* @__PURE__ */ kernelLayer('webgpu', [
  adam,
  attention,
  attentionGrad,
  biasedConvolution,
  conv2dBackpropFilter,
  cosine,
  dense,
  gate,
  groupNorm,
  groupNormGrad,
  sine,
  sum,
]);

/**
 * Gives the `webgpu` backend fused kernels of group normalisation, attention, convolutions and matrix products with a bias, and Adam,
 * which the functions of `@diffgan/ops` use where they are, faster ones of sums over other than the last axes and of the gradient of
 * convolutions by their filter, and sines and cosines that are exact to rounding. `selectBackend('webgpu')` of `@diffgan/runtime` calls it. Doing so again has no effect.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-webgpu';
 * import { registerWebgpuKernels } from '@diffgan/kernels/webgpu';
 * registerWebgpuKernels();
 * ```
 */
export function registerWebgpuKernels(): void {
  register();
  registerFusedGradients();
}
