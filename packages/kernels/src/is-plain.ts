import type { TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from './size-of.ts';

/** Whether a tensor, if there is one, holds floats and at least one of them. */
export const isPlain = (tensor: TensorInfo | null | undefined): boolean =>
  !tensor || (tensor.dtype === 'float32' && sizeOf(tensor.shape) > 0);
