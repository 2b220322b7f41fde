import { type ConvAttributes, convSizes } from './conv-attributes.ts';
import { forEachDepthwisePair } from './depthwise-positions.ts';
import { floats, type KernelCall, wasmKernel } from './kernel.ts';

type Call = KernelCall<'x' | 'dy', ConvAttributes & { filterShape: number[] }>;

/** Gradient of a depthwise convolution with respect to its filter. */
export const depthwiseBackpropFilter = wasmKernel(
  'DepthwiseConv2dNativeBackpropFilter',
  ({ inputs, backend, attrs }: Call) => {
    const sizes = convSizes(inputs.x.shape, attrs.filterShape, attrs, true);
    const output = backend.makeOutput(sizes.filterShape, 'float32');
    const dw = floats(backend, output).fill(0);
    const x = floats(backend, inputs.x);
    const dy = floats(backend, inputs.dy);
    const multiplier = sizes.outChannels / sizes.inChannels;
    forEachDepthwisePair(sizes, (input, y, entry) => {
      for (let c = 0; c < sizes.outChannels; c++) dw[entry + c] += x[input + Math.floor(c / multiplier)] * dy[y + c];
    });
    return output;
  },
);
