import { util } from '@tensorflow/tfjs-core';
import { kernelOverride } from '../kernel-override.ts';
import type { WasmCall } from './call-kernel.ts';
import { copyBlock } from './copy-block.ts';

/** The backend's own copies the whole input once for every part. */
export const unpack = kernelOverride(
  'Unpack',
  ({ inputs: { value }, backend, attrs }: WasmCall<'value', { axis: number }>) => {
    const [axis] = util.parseAxisParam(attrs.axis, value.shape);
    const shape = value.shape.toSpliced(axis, 1);
    return Array.from({ length: value.shape[axis] }, (_, i) => {
      const begin = value.shape.map((_, dimension) => (dimension === axis ? i : 0));
      return { ...copyBlock(backend, value, begin, value.shape.with(axis, 1)), shape };
    });
  },
);
