import { type ConvAttributes, convSizes } from '../conv-sizes.ts';
import { kernelOverride } from '../kernel-override.ts';
import { floats, type WasmCall } from './call-kernel.ts';
import { forEachDepthwisePair } from './depthwise-positions.ts';

type Call = WasmCall<'x' | 'dy', ConvAttributes & { filterShape: number[] }>;

/** Gradient of a depthwise convolution with respect to its filter. */
export const depthwiseBackpropFilter = kernelOverride(
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
