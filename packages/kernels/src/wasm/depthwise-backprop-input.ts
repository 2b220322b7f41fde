import { type ConvAttributes, convSizes } from '../conv-sizes.ts';
import { kernelOverride } from '../kernel-override.ts';
import { floats, type WasmCall } from './call-kernel.ts';
import { forEachDepthwisePair } from './depthwise-positions.ts';

type Call = WasmCall<'dy' | 'filter', ConvAttributes & { inputShape: number[] }>;

/** Gradient of a depthwise convolution with respect to its input. */
export const depthwiseBackpropInput = kernelOverride(
  'DepthwiseConv2dNativeBackpropInput',
  ({ inputs, backend, attrs }: Call) => {
    const sizes = convSizes(attrs.inputShape, inputs.filter.shape, attrs, true);
    const output = backend.makeOutput(sizes.inShape, 'float32');
    const dx = floats(backend, output).fill(0);
    const dy = floats(backend, inputs.dy);
    const filter = floats(backend, inputs.filter);
    const multiplier = sizes.outChannels / sizes.inChannels;
    forEachDepthwisePair(sizes, (x, y, entry) => {
      for (let c = 0; c < sizes.outChannels; c++) dx[x + Math.floor(c / multiplier)] += dy[y + c] * filter[entry + c];
    });
    return output;
  },
);
