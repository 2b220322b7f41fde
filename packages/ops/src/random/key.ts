import { hashCounters } from './threefry.ts';

/** A random key: two unsigned 32-bit numbers, the high word first. Frozen; the same key always gives the same numbers. */
export type Key = readonly [number, number];

const makeKey = (high: number, low: number): Key => Object.freeze([high, low] as const);

/** Throws unless `value` is a whole number in [0, limit]. */
function assertWhole(where: string, name: string, value: number, limit: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > limit)
    throw new RangeError(`${where}: ${name} is ${value}, but must be a whole number from 0 to ${limit}`);
}

/** Throws unless `value` is a pair of unsigned 32-bit numbers. */
export function assertKey(where: string, value: Key): void {
  const valid = Array.isArray(value) && value.length === 2 && value.every((word) => word >>> 0 === word);
  if (!valid) throw new TypeError(`${where}: ${String(value)} is not a key; make one with key(seed) or split(key)`);
}

/**
 * Makes a random key from a seed, like `jax.random.key(seed)`.
 *
 * @param seed whole number from 0 to 2^53 − 1; 0 is as good as any other.
 * @throws RangeError for any other number.
 * @example
 * ```ts
 * import { key, split } from '@diffgan/ops';
 * const [weights, noise] = split(key(0));
 * ```
 */
export function key(seed: number): Key {
  assertWhole('key', 'seed', seed, Number.MAX_SAFE_INTEGER);
  return makeKey(Math.floor(seed / 2 ** 32), seed >>> 0);
}

/**
 * Derives independent keys, like `jax.random.split`. Use every key once: split it, or draw from it.
 *
 * @param count how many keys, 2 unless told.
 * @throws TypeError when `parent` is not a key, RangeError when `count` is not a whole number.
 * @example
 * ```ts
 * import { key, split } from '@diffgan/ops';
 * const [forNoise, forSteps, forLatents] = split(key(7), 3);
 * ```
 */
export function split(parent: Key, count = 2): Key[] {
  assertKey('split', parent);
  assertWhole('split', 'count', count, 2 ** 32 - 1);
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  hashCounters(parent, 0, high, low);
  return Array.from(high, (word, i) => makeKey(word, low[i]));
}

/**
 * Derives the key number `data` of a family, like `jax.random.fold_in`: one key per step, epoch or example.
 *
 * @param data whole number from 0 to 2^32 − 1.
 * @throws TypeError when `parent` is not a key, RangeError when `data` is out of range.
 * @example
 * ```ts
 * import { foldIn, key } from '@diffgan/ops';
 * const keyOfStep = foldIn(key(0), 1234);
 * ```
 */
export function foldIn(parent: Key, data: number): Key {
  assertKey('foldIn', parent);
  assertWhole('foldIn', 'data', data, 2 ** 32 - 1);
  const high = new Uint32Array(1);
  const low = new Uint32Array(1);
  hashCounters(parent, data, high, low);
  return makeKey(high[0], low[0]);
}
