import type { Tensor } from '@tensorflow/tfjs-core';
import { backend_util, util } from '@tensorflow/tfjs-core';
import { kernelOverride } from '../kernel-override.ts';
import type { WasmCall } from './call-kernel.ts';
import { copyBlock } from './copy-block.ts';

type Call = WasmCall<'x', { numOrSizeSplits: number | number[]; axis: number }>;

/** The backend's own copies the whole input once for every part, which is quadratic for a long vector of many parts. */
export const splitV = kernelOverride('SplitV', ({ inputs: { x }, backend, attrs }: Call) => {
  const [axis] = util.parseAxisParam(attrs.axis, x.shape);
  const begin = x.shape.map(() => 0);
  return backend_util.prepareSplitSize(x as Tensor, attrs.numOrSizeSplits, axis).map((length) => {
    const part = copyBlock(backend, x, begin, x.shape.with(axis, length));
    begin[axis] += length;
    return part;
  });
});
