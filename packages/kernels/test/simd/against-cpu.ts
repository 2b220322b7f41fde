import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, vi } from 'vitest';
import { KernelModule } from '../../src/simd/kernel-module.ts';

/** A small generator of whole numbers, so that shapes are arbitrary and the same in every run. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 2654435761 + 12345;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return low + Math.floor((this.#state / 2 ** 32) * (high - low + 1));
  }

  /** One of some values. */
  of<T>(...values: readonly T[]): T {
    return values[this.int(0, values.length - 1)];
  }
}

/** `count` cases with titles that say what they are. */
export function cases<T extends object>(count: number, make: (draw: Draw) => T): [string, T][] {
  return Array.from({ length: count }, (_, seed): [string, T] => {
    const value = make(new Draw(seed + 1));
    return [JSON.stringify(value).replaceAll('"', ''), value];
  });
}

/** Numbers without a pattern that an indexing mistake would preserve, between −1 and 1. */
export function numbers(shape: readonly number[], seed = 1): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  });
  return tf.tensor(values, [...shape]);
}

/** Computes on one backend; the caller owns plain arrays. */
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

/** Expects two lists of numbers to differ by no more than `tolerance` times the largest expected one. */
export function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  const largest = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  expect(actual).toBeAllClose(expected, { rtol: 0, atol: tolerance * Math.max(largest, 1e-3) });
}

/**
 * Computes the same tensors in JavaScript and on WASM and expects equal shapes and numbers that differ by at most 1e-5 of the
 * largest one; and that the C functions of these names ran, or none at all for cases that are left to the backend.
 */
export async function expectAsOnCpu(compute: () => tf.Tensor[], functions?: readonly string[]): Promise<void> {
  const expected = await read('cpu', compute);
  const spy = vi.spyOn(KernelModule.prototype, 'run');
  const actual = await read('wasm', compute);
  const called = new Set(spy.mock.calls.map(([name]) => name));
  spy.mockRestore();
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  actual.forEach(({ data }, i) => expectNear(data, expected[i].data));
  if (functions) expect([...called].sort()).toEqual(expect.arrayContaining([...functions]));
}
