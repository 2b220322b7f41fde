import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Numbers without a pattern that an indexing mistake would preserve, between −1 and 1. */
export function numbers(shape: number[], seed = 1): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  });
  return tf.tensor(values, shape);
}

/** Computes the same tensors on the JavaScript backend and on WASM and expects equal shapes and numbers. */
export async function expectSameOnWasm(
  compute: () => tf.Tensor[],
  closeness: { rtol?: number; atol?: number } = { rtol: 1e-5, atol: 1e-5 },
): Promise<void> {
  const expected = await read('cpu', compute);
  const actual = await read('wasm', compute);
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  actual.forEach(({ data }, i) => expect(data).toBeAllClose(expected[i].data, closeness));
}

async function read(backend: string, compute: () => tf.Tensor[]): Promise<{ shape: number[]; data: tf.TypedArray }[]> {
  await tf.setBackend(backend);
  const tensors = tf.tidy(compute);
  try {
    return await Promise.all(tensors.map(async (tensor) => ({ shape: tensor.shape, data: await tensor.data() })));
  } finally {
    tf.dispose(tensors);
    await tf.setBackend('wasm');
  }
}
