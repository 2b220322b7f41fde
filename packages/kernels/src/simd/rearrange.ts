import { backend_util, type Tensor, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { isPlain } from '../is-plain.ts';
import { sizeOf } from '../size-of.ts';
import type { KernelModule } from './kernel-module.ts';
import { type SimdCall, simdKernel } from './simd-kernel.ts';

interface Rows {
  source: number;
  target: number;
  sourceStride: number;
  targetStride: number;
}

/** Copies `count` rows of `width` numbers; addresses in bytes, strides in numbers. */
function copyRows(module: KernelModule, count: number, width: number, rows: Rows): void {
  const { source, target, sourceStride, targetStride } = rows;
  const cost = count * width;
  if (cost > 0) module.run('copy_rows', [source, target, width, sourceStride, targetStride], { units: count, cost });
}

/** Puts tensors one after the other along an axis. */
export const concat = simdKernel('Concat', ({ inputs, attrs, module }: SimdCall<string, { axis: number }>) => {
  const parts = Object.values(inputs);
  const [axis] = util.parseAxisParam(attrs.axis, parts[0].shape);
  const shapes = parts.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapes, axis);
  const shape = backend_util.computeOutShape(shapes, axis);
  const output = module.output(shape);
  const [count, targetStride] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))];
  let target = module.address(output);
  for (const part of parts) {
    const width = sizeOf(part.shape.slice(axis));
    copyRows(module, count, width, { source: module.address(part), target, sourceStride: width, targetStride });
    target += 4 * width;
  }
  return output;
});

interface SplitAttributes {
  numOrSizeSplits: number | number[];
  axis: number;
}

/** Cuts a tensor into parts along an axis. */
export const splitV = simdKernel('SplitV', ({ inputs: { x }, attrs, module }: SimdCall<'x', SplitAttributes>) => {
  const [axis] = util.parseAxisParam(attrs.axis, x.shape);
  const [count, sourceStride] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))];
  let source = module.address(x);
  return backend_util.prepareSplitSize(x as Tensor, attrs.numOrSizeSplits, axis).map((length): TensorInfo => {
    const part = module.output(x.shape.with(axis, length));
    const width = sizeOf(part.shape.slice(axis));
    copyRows(module, count, width, { source, target: module.address(part), sourceStride, targetStride: width });
    source += 4 * width;
    return part;
  });
});

interface PoolAttributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
}

const pair = (n: number | [number, number]): [number, number] => (typeof n === 'number' ? [n, n] : n);

/** Averages over squares side by side; left to the backend: windows that overlap, padding. */
export const avgPool = simdKernel('AvgPool', ({ inputs: { x }, attrs, module }: SimdCall<'x', PoolAttributes>) => {
  const [batch, height, width, channels] = x.shape;
  const [size, ...others] = [...pair(attrs.filterSize), ...pair(attrs.strides)];
  const square = others.every((other) => other === size) && height % size === 0 && width % size === 0;
  if (!square || (attrs.pad !== 'valid' && attrs.pad !== 'same' && attrs.pad !== 0)) return undefined;
  const output = module.output([batch, height / size, width / size, channels]);
  const work = { units: (batch * height) / size, cost: sizeOf(x.shape) };
  module.run('average_pool', [module.address(x), module.address(output), width, channels, size], work);
  return output;
});

interface ResizeAttributes {
  alignCorners: boolean;
  halfPixelCenters: boolean;
  size: [number, number];
}

/** Enlarges images by a whole number; left to the backend: everything else. */
export const resizeNearestNeighbor = simdKernel(
  'ResizeNearestNeighbor',
  ({ inputs: { images }, attrs, module }: SimdCall<'images', ResizeAttributes>) => {
    const [batch, height, width, channels] = images.shape;
    const [newHeight, newWidth] = attrs.size;
    const factor = newHeight / height;
    if (!Number.isInteger(factor) || newWidth !== factor * width || attrs.alignCorners || !isPlain(images))
      return undefined;
    const output = module.output([batch, newHeight, newWidth, channels]);
    const work = { units: batch * newHeight, cost: sizeOf(output.shape) };
    const addresses = [module.address(images), module.address(output)];
    module.run('repeat_pixels', [...addresses, newWidth, channels, factor], work);
    return output;
  },
);
