import { type Key, split } from './key.ts';
import { randomBits } from './random-arrays.ts';

/**
 * A random order of 0 … n − 1, like `jax.random.permutation(key, n)`: repeated stable sorts by random words.
 *
 * @throws RangeError when `n` is not a whole number below 2^31.
 * @example
 * ```ts
 * import { key, permutation } from '@diffgan/ops';
 * const order = permutation(key(0), 60000);
 * ```
 */
export function permutation(key: Key, n: number): Int32Array {
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 31)
    throw new RangeError(`permutation: n is ${n}, but must be a whole number from 0 to 2^31 - 1`);
  let order = Int32Array.from({ length: n }, (_, i) => i);
  // n³ sort keys of 32 bits make ties, whose order would not be random, rare.
  const rounds = Math.ceil((3 * Math.log(Math.max(1, n))) / Math.log(2 ** 32 - 1));
  let next = key;
  for (let round = 0; round < rounds; round++) {
    const [rest, now] = split(next);
    next = rest;
    order = sortBy(randomBits(now, n), order);
  }
  return order;
}

/** `values` in the ascending order of `keys`, stable: two counting sorts of 16 bits each. */
function sortBy(keys: Uint32Array, values: Int32Array): Int32Array<ArrayBuffer> {
  const low = countingOrder(Int32Array.from(values.keys()), (i) => keys[i] & 0xffff);
  return countingOrder(low, (i) => keys[i] >>> 16).map((i) => values[i]);
}

/** The elements of `items` in the ascending order of their 16-bit digit, stable. */
function countingOrder(items: Int32Array, digit: (item: number) => number): Int32Array<ArrayBuffer> {
  const starts = new Uint32Array(65537);
  for (const item of items) starts[digit(item) + 1]++;
  for (let d = 0; d < 65536; d++) starts[d + 1] += starts[d];
  const sorted = new Int32Array(items.length);
  for (const item of items) sorted[starts[digit(item)]++] = item;
  return sorted;
}
