import type { TensorInfo } from '@tensorflow/tfjs-core';
import { runProgram, vectorWidth, type WebgpuBackend } from './run-program.ts';

/** Where the terms of a sum lie in a tensor. */
export interface Terms {
  /** Shape of each term and of the sum. */
  shape: number[];
  terms: number;
  /** From the first term to the next, in floats. */
  stride: number;
  /** Where the first term begins. */
  first?: number;
}

/** Adds up parts of a tensor, one after the other: the same bits every time. */
export function sumTerms(
  backend: WebgpuBackend,
  x: TensorInfo,
  { shape, terms, stride, first = 0 }: Terms,
): TensorInfo {
  const width = vectorWidth(shape[shape.length - 1], stride, first);
  const integers = { terms, stride: stride / width, first: first / width };
  return runProgram(backend, { key: 'sumTerms', code, width, shape, inputs: { x }, integers });
}

const code = `
fn main(index : i32) {
  if (index < uniforms.size) {
    var sum = T(0.0);
    for (var term = 0; term < uniforms.terms; term = term + 1) {
      sum = sum + x[uniforms.first + term * uniforms.stride + index];
    }
    result[index] = sum;
  }
}
`;
