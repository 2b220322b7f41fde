import type { Precision } from '@diffgan/runtime';

/** Precisions by the names they have on the command line, which is read without loading TensorFlow.js. */
export const precisionNames = ['float32', 'bfloat16'] as const satisfies readonly Precision[];
