import * as tf from '@tensorflow/tfjs-core';
import type { Key } from './key.ts';
import { normalArray, randintArray, uniformArray, type UniformOptions } from './random-arrays.ts';

/** The half-open interval of `randint`. */
export interface RandintOptions {
  /** Lower end, inclusive. */
  min: number;
  /** Upper end, exclusive. */
  max: number;
}

// The numbers are made on the host so that every backend sees the same bits; tfjs's own random ops loop in JavaScript as well.

/**
 * Standard normal float32 tensor of the given shape; the values of `jax.random.normal(key, shape)` on every backend.
 *
 * @returns a tensor the caller owns.
 * @throws TypeError when `key` is not a key.
 * @example
 * ```ts
 * import { key, normal } from '@diffgan/ops';
 * const z = normal(key(0), [16, 100]);
 * ```
 */
export function normal<R extends tf.Rank = tf.Rank>(key: Key, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.tensor<R>(normalArray(key, tf.util.sizeFromShape(shape)), shape, 'float32');
}

/**
 * Uniform float32 tensor in [min, max), by default [0, 1); the values of `jax.random.uniform`.
 *
 * @returns a tensor the caller owns.
 * @throws TypeError when `key` is not a key, RangeError for an empty or infinite interval.
 * @example
 * ```ts
 * import { key, uniform } from '@diffgan/ops';
 * const mixing = uniform(key(0), [64, 1, 1, 1]);
 * ```
 */
export function uniform<R extends tf.Rank = tf.Rank>(
  key: Key,
  shape: tf.ShapeMap[R],
  options: UniformOptions = {},
): tf.Tensor<R> {
  return tf.tensor<R>(uniformArray(key, tf.util.sizeFromShape(shape), options), shape, 'float32');
}

/**
 * int32 tensor of whole numbers in [min, max); the values of `jax.random.randint`.
 *
 * @returns a tensor the caller owns.
 * @throws TypeError when `key` is not a key, RangeError for an empty interval.
 * @example
 * ```ts
 * import { key, randint } from '@diffgan/ops';
 * const t = randint(key(0), [64], { min: 1, max: 1001 });
 * ```
 */
export function randint<R extends tf.Rank = tf.Rank>(
  key: Key,
  shape: tf.ShapeMap[R],
  { min, max }: RandintOptions,
): tf.Tensor<R> {
  return tf.tensor<R>(randintArray(key, tf.util.sizeFromShape(shape), min, max), shape, 'int32');
}
