import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { key, normalArray } from '@diffgan/ops';

/** Runs a kernel of the present backend that has several results. */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attributes: object = {}): tf.Tensor[] {
  return tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as unknown as tf.Tensor[];
}

/** Standard normal numbers. */
export function normals(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(Float32Array.from(normalArray(key(seed), tf.util.sizeFromShape(shape))), shape);
}

/** Reads tensors with their shapes and disposes them. */
export async function take(tensors: tf.Tensor[]): Promise<{ shape: number[]; data: tf.TypedArray }[]> {
  const read = await Promise.all(tensors.map(async (t) => ({ shape: t.shape, data: await t.data() })));
  tf.dispose(tensors);
  return read;
}

/** What a backend holds beyond the tensors that are counted. */
export function buffersHeld(): number {
  return tf.backend().numDataIds();
}

/** Compares sums of up to some thousand float32 products, in any order, with the largest of them. */
export function expectCloseToLargest(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-5,
  name?: string,
): void {
  const largest = Math.max(...Array.from(expected, Math.abs));
  expect(actual, name).toBeAllClose(expected, { rtol: tolerance, atol: tolerance * largest + 1e-7 });
}
