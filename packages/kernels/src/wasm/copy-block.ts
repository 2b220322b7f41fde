import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';

// Below this length a loop beats the set-up of a bulk copy.
const shortRun = 48;

/** A new tensor with the block of `x` that starts at `begin`, copied within the heap. */
export function copyBlock(backend: BackendWasm, x: TensorInfo, begin: readonly number[], size: number[]): TensorInfo {
  const output = backend.makeOutput(size, x.dtype);
  const length = util.sizeFromShape(size);
  if (length === 0) return output;
  const source = backend.typedArrayFromHeap(x);
  const target = backend.typedArrayFromHeap(output);
  const strides = [...util.computeStrides(x.shape), 1];
  // Trailing dimensions that are taken whole form one run with the first one before them that is not.
  let last = size.length - 1;
  while (last > 0 && size[last] === x.shape[last]) last--;
  const run = util.sizeFromShape(size.slice(last));
  const first = begin.reduce((sum, start, axis) => sum + start * strides[axis], 0);
  const index = new Array<number>(last).fill(0);
  for (let to = 0, from = first; to < length; to += run) {
    if (run < shortRun) for (let i = 0; i < run; i++) target[to + i] = source[from + i];
    else target.set(source.subarray(from, from + run), to);
    for (let axis = last - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < size[axis]) break;
      from -= strides[axis] * size[axis];
      index[axis] = 0;
    }
  }
  return output;
}
