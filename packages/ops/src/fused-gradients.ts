import * as tf from '@tensorflow/tfjs-core';

type Gradients = Record<string, () => tf.Tensor>;
type ConvolutionAttributes = { strides: [number, number]; pad: 'same' };

const run = (name: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);

// One function for each input, so that only the gradients that are asked for are computed: half of the work in a GAN, where each
// network is often differentiated with respect to its input alone.
const gradients: readonly tf.GradConfig[] = [
  {
    kernelName: 'DiffganConvolution',
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy: tf.Tensor | tf.Tensor[], [x, filter]: tf.Tensor[], attrs: tf.NamedAttrMap): Gradients => {
      const { strides, pad } = attrs as ConvolutionAttributes;
      const window = { strides, pad, dataFormat: 'NHWC', dimRoundingMode: undefined };
      const above = dy as tf.Tensor4D;
      return {
        x: () => run(tf.Conv2DBackpropInput, { dy: above, filter }, { ...window, inputShape: x.shape }),
        filter: () => run(tf.Conv2DBackpropFilter, { x, dy: above }, { ...window, filterShape: filter.shape }),
        bias: () => tf.sum(above, [0, 1, 2]),
      };
    },
  },
  {
    kernelName: 'DiffganDense',
    inputsToSave: ['x', 'kernel'],
    gradFunc: (dy: tf.Tensor | tf.Tensor[], [x, kernel]: tf.Tensor[]): Gradients => {
      const above = dy as tf.Tensor2D;
      return {
        x: () => tf.matMul(above, kernel, false, true),
        kernel: () => tf.matMul(x, above, true, false),
        bias: () => tf.sum(above, 0),
      };
    },
  },
];

/** Tells tfjs the gradients of the kernels of `convolution` and `dense`; whoever registers the kernels calls it. */
export function registerFusedGradients(): void {
  for (const gradient of gradients) if (!tf.getGradient(gradient.kernelName)) tf.registerGradient(gradient);
}
