import { slice_util } from '@tensorflow/tfjs-core';
import { kernelOverride } from '../kernel-override.ts';
import type { WasmCall } from './call-kernel.ts';
import { copyBlock } from './copy-block.ts';

type Call = WasmCall<'x', { begin: number | number[]; size: number | number[] }>;

/** The backend's own copies the whole input out of the heap before it takes its part. */
export const slice = kernelOverride('Slice', ({ inputs: { x }, backend, attrs }: Call, original) => {
  if (x.dtype === 'string' || x.shape.length === 0) return original();
  const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size);
  slice_util.assertParamsValid(x, begin, size);
  return copyBlock(backend, x, begin, size);
});
