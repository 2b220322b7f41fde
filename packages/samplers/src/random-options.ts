import * as tf from '@tensorflow/tfjs-core';
import { type Key, key as newKey, normal, normalArray } from '@diffgan/ops';

/** Where random draws come from: one key for the whole batch, or one for each sample. */
export interface RandomOptions {
  /**
   * Key of all random draws.
   * @defaultValue `key(0)`
   */
  key?: Key;
  /**
   * One key per sample, instead of `key`: the sample drawn for a key does not depend on the rest of the batch, so a large set can
   * be drawn in batches of any size.
   */
  keys?: readonly Key[];
}

/** Throws unless at most one of `key` and `keys` is given, and `keys` has one key per sample. */
export function checkRandom({ key, keys }: RandomOptions, batch: number): void {
  if (key !== undefined && keys !== undefined)
    throw new TypeError('sampler: give either key, for the whole batch, or keys, one per sample');
  if (keys !== undefined && keys.length !== batch)
    throw new RangeError(`sampler: ${keys.length} keys for ${batch} samples; give one key per sample`);
}

/** The same source with `derive` applied to its key or keys. */
export function derived({ key = newKey(0), keys }: RandomOptions, derive: (key: Key) => Key): RandomOptions {
  return keys ? { keys: keys.map(derive) } : { key: derive(key) };
}

/** A standard normal draw of the given shape, the batch first. */
export function drawNormal(source: RandomOptions, shape: readonly number[]): tf.Tensor {
  const { key = newKey(0), keys } = source;
  if (!keys) return normal(key, [...shape]);
  const size = tf.util.sizeFromShape(shape.slice(1));
  const values = new Float32Array(keys.length * size);
  keys.forEach((one, i) => values.set(normalArray(one, size), i * size));
  return tf.tensor(values, [...shape]);
}
