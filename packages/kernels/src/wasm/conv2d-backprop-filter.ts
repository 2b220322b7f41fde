import { type ConvAttributes, convSizes } from '../conv-sizes.ts';
import { kernelOverride } from '../kernel-override.ts';
import { callKernel, transpose, type WasmCall, withScratch } from './call-kernel.ts';
import { explicitConv } from './explicit-conv.ts';

type Call = WasmCall<'x' | 'dy', ConvAttributes & { filterShape: number[] }>;

/**
 * Gradient of a convolution with respect to its filter, as one forward convolution in which the batch plays the
 * channels, `dy` the filter and the stride the dilation. It needs no tensor of filter size times image size.
 */
export const conv2dBackpropFilter = kernelOverride(
  'Conv2DBackpropFilter',
  ({ inputs, backend, attrs }: Call, original) => {
    const { x, dy } = inputs;
    const sizes = convSizes(x.shape, attrs.filterShape, attrs);
    if (sizes.dataFormat !== 'channelsLast') return original();
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo, inChannels, outChannels } = sizes;
    const bottom = Math.max(0, (sizes.outHeight - 1) * strideHeight + filterHeight - sizes.inHeight - padInfo.top);
    const right = Math.max(0, (sizes.outWidth - 1) * strideWidth + filterWidth - sizes.inWidth - padInfo.left);
    return withScratch(backend, (keep) => {
      const images = keep(transpose(backend, x, [3, 1, 2, 0])); // [inChannels, H, W, B]
      const filter = keep(transpose(backend, dy, [1, 2, 0, 3])); // [outH, outW, B, outChannels]
      const conv = explicitConv([padInfo.top, bottom], [padInfo.left, right], [strideHeight, strideWidth]);
      const all = keep(callKernel(backend, 'Conv2D', { x: images, filter }, conv));
      // Rows that the stride left out at the lower and right edges show up as further rows of the filter.
      const size = [inChannels, filterHeight, filterWidth, outChannels];
      const part = keep(callKernel(backend, 'Slice', { x: all }, { begin: [0, 0, 0, 0], size }));
      return transpose(backend, part, [1, 2, 0, 3]);
    });
  },
);
