import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { type ConvAttributes, convSizes } from '../conv-sizes.ts';
import { kernelOverride } from '../kernel-override.ts';
import { callKernel, transpose, type WasmCall, withScratch } from './call-kernel.ts';
import { explicitConv } from './explicit-conv.ts';

type Call = WasmCall<'dy' | 'filter', ConvAttributes & { inputShape: number[] }>;

/**
 * Gradient of a convolution with respect to its input, as a forward convolution of `dy` (spread out by the stride) with
 * the flipped filter, input and output channels exchanged. The backend's own is a naive loop, ten times as slow.
 */
export const conv2dBackpropInput = kernelOverride(
  'Conv2DBackpropInput',
  ({ inputs, backend, attrs }: Call, original) => {
    const { dy, filter } = inputs;
    const sizes = convSizes(attrs.inputShape, filter.shape, attrs);
    const { filterHeight, filterWidth, outHeight, outWidth, inHeight, inWidth, padInfo } = sizes;
    const stride = sizes.strideHeight;
    const top = filterHeight - 1 - padInfo.top;
    const left = filterWidth - 1 - padInfo.left;
    if (stride !== sizes.strideWidth || sizes.dataFormat !== 'channelsLast' || top < 0 || left < 0) return original();
    // Spread out, dy has outHeight * stride rows, of which the last stride - 1 are zeros.
    const bottom = inHeight + padInfo.top - outHeight * stride;
    const right = inWidth + padInfo.left - outWidth * stride;
    return withScratch(backend, (keep) => {
      const spread = stride === 1 ? dy : keep(spreadOut(backend, dy, stride));
      // Rows and columns that reach past the image are cut off, missing ones become padding.
      const rows = outHeight * stride + Math.min(bottom, 0);
      const columns = outWidth * stride + Math.min(right, 0);
      const whole = bottom >= 0 && right >= 0;
      const size = [sizes.batchSize, rows, columns, sizes.outChannels];
      const x = whole ? spread : keep(callKernel(backend, 'Slice', { x: spread }, { begin: [0, 0, 0, 0], size }));
      const flipped = keep(flipFilter(backend, filter, sizes));
      const conv = explicitConv([top, Math.max(bottom, 0)], [left, Math.max(right, 0)]);
      return callKernel(backend, 'Conv2D', { x, filter: flipped }, conv);
    });
  },
);

/** Puts stride − 1 zeros after every pixel, through channels that become space. */
function spreadOut(backend: BackendWasm, dy: TensorInfo, stride: number): TensorInfo {
  const paddings = [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, dy.shape[3] * (stride * stride - 1)],
  ];
  return withScratch(backend, (keep) => {
    const x = keep(callKernel(backend, 'PadV2', { x: dy }, { paddings, constantValue: 0 }));
    return callKernel(backend, 'DepthToSpace', { x }, { blockSize: stride, dataFormat: 'NHWC' });
  });
}

/** Flips a filter in space and exchanges its channels. */
function flipFilter(backend: BackendWasm, filter: TensorInfo, sizes: backend_util.Conv2DInfo): TensorInfo {
  const exchange = [0, 1, 3, 2];
  if (sizes.filterHeight * sizes.filterWidth === 1) return transpose(backend, filter, exchange);
  return withScratch(backend, (keep) =>
    transpose(backend, keep(callKernel(backend, 'Reverse', { x: filter }, { dims: [0, 1] })), exchange),
  );
}
