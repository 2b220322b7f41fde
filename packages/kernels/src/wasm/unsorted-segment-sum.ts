import { util } from '@tensorflow/tfjs-core';
import { kernelOverride } from '../kernel-override.ts';
import { floats, type WasmCall } from './call-kernel.ts';

type Call = WasmCall<'x' | 'segmentIds', { numSegments: number }>;

/** Adds up the rows of `x` that share a segment; the gradient of gather. Rows whose segment does not exist are dropped. */
export const unsortedSegmentSum = kernelOverride('UnsortedSegmentSum', ({ inputs, backend, attrs }: Call) => {
  const { x, segmentIds } = inputs;
  const rowShape = x.shape.slice(segmentIds.shape.length);
  const output = backend.makeOutput([attrs.numSegments, ...rowShape], x.dtype);
  const sums = floats(backend, output).fill(0);
  const rows = floats(backend, x);
  const width = util.sizeFromShape(rowShape);
  backend.typedArrayFromHeap(segmentIds).forEach((segment: number, row: number) => {
    if (segment < 0 || segment >= attrs.numSegments) return;
    for (let i = 0; i < width; i++) sums[segment * width + i] += rows[row * width + i];
  });
  return output;
});
