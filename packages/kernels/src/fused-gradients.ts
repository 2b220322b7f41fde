import * as tf from '@tensorflow/tfjs-core';
import type { FusedCall, FusedKernelName } from './fused-kernels.ts';

const run = (name: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);

/** Describes the gradient of a kernel with one result, from that of the result, for each input. */
/* @__NO_SIDE_EFFECTS__ */
function gradientOf<Name extends FusedKernelName>(
  kernelName: Name,
  inputsToSave: string[],
  gradients: (dy: tf.Tensor, saved: tf.Tensor[], attrs: FusedCall<Name>['attrs']) => Record<string, () => tf.Tensor>,
): tf.GradConfig {
  const gradFunc: tf.GradFunc = (dy, saved, attrs) =>
    gradients([dy].flat()[0], saved, attrs as unknown as FusedCall<Name>['attrs']);
  return { kernelName, inputsToSave, gradFunc };
}

// One function for each input, so that only the gradients that are asked for are computed: half of the work in a GAN, where each
// network is often differentiated with respect to its input alone.
const gradients: readonly tf.GradConfig[] = [
  gradientOf('DiffganConvolution', ['x', 'filter'], (dy, [x, filter], { strides, pad }) => {
    const window = { strides, pad, dataFormat: 'NHWC', dimRoundingMode: undefined };
    return {
      x: () => run(tf.Conv2DBackpropInput, { dy, filter }, { ...window, inputShape: x.shape }),
      filter: () => run(tf.Conv2DBackpropFilter, { x, dy }, { ...window, filterShape: filter.shape }),
      bias: () => tf.sum(dy, [0, 1, 2]),
    };
  }),
  gradientOf('DiffganDense', ['x', 'kernel'], (dy, [x, kernel]) => ({
    x: () => tf.matMul(dy, kernel, false, true),
    kernel: () => tf.matMul(x, dy, true, false),
    bias: () => tf.sum(dy, 0),
  })),
];

/** Tells tfjs the gradients of the kernels of `convolution` and `dense`; whoever registers the kernels calls it. */
export function registerFusedGradients(): void {
  for (const gradient of gradients) if (!tf.getGradient(gradient.kernelName)) tf.registerGradient(gradient);
}
