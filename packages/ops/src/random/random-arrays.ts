import { assertKey, type Key, split } from './key.ts';
import { fillNormal } from './random-module.ts';
import { hashCounters } from './threefry.ts';

/** The half-open interval of `uniform` and `uniformArray`. */
export interface UniformOptions {
  /** Lower end, inclusive. @defaultValue 0 */
  min?: number;
  /** Upper end, exclusive up to rounding. @defaultValue 1 */
  max?: number;
}

/** 2^-23: a uniform number is 23 random bits times this, all of them exact in float32. */
const unit = 2 ** -23;

/**
 * Random 32-bit words, like `jax.random.bits(key, [count])`.
 *
 * @throws TypeError when `key` is not a key, RangeError when `count` is not a whole number below 2^32.
 * @example
 * ```ts
 * import { key, randomBits } from '@diffgan/ops';
 * const words = randomBits(key(0), 4); // Uint32Array(4)
 * ```
 */
export function randomBits(key: Key, count: number): Uint32Array {
  checkCount('randomBits', key, count);
  return bitsFrom(key, 0, count);
}

/** The words of the key from number `start` on. */
function bitsFrom(key: Key, start: number, count: number): Uint32Array {
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  hashCounters(key, start, high, low);
  for (let i = 0; i < count; i++) low[i] ^= high[i];
  return low;
}

function checkCount(where: string, key: Key, count: number): void {
  assertKey(where, key);
  if (!Number.isInteger(count) || count < 0 || count >= 2 ** 32)
    throw new RangeError(`${where}: count is ${count}, but must be a whole number from 0 to 2^32 - 1`);
}

/**
 * Uniform float32 numbers in [min, max), like `jax.random.uniform(key, [count], minval=min, maxval=max)`.
 *
 * @throws RangeError unless min ≤ max are finite.
 * @example
 * ```ts
 * import { key, uniformArray } from '@diffgan/ops';
 * const thresholds = uniformArray(key(0), 8, { min: -1, max: 1 });
 * ```
 */
export function uniformArray(key: Key, count: number, options: UniformOptions = {}): Float32Array {
  const { min = 0, max = 1 } = options;
  if (!Number.isFinite(min) || !Number.isFinite(max) || min > max)
    throw new RangeError(`uniformArray: [min, max) is [${min}, ${max}), but both must be finite and min <= max`);
  const bits = randomBits(key, count);
  const low = Math.fround(min);
  const width = Math.fround(Math.fround(max) - low);
  // One rounding of product and sum together, as the fused multiply-add of XLA's processors.
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = Math.max(low, (bits[i] >>> 9) * unit * width + low);
  return values;
}

/** Which numbers of a key `normalArray` gives. */
export interface NormalArrayOptions {
  /** Number of the first of them: those before it are left out, and not computed. @defaultValue 0 */
  start?: number;
}

/**
 * Standard normal float32 numbers, like `jax.random.normal(key, [count])`: √2·erf⁻¹ of a uniform number in (−1, 1).
 *
 * @throws TypeError when `key` is not a key, RangeError when `count`, `start` or their sum is not a whole number below 2^32.
 * @example
 * ```ts
 * import { key, normalArray } from '@diffgan/ops';
 * const noise = normalArray(key(0), 28 * 28);
 * const lastRow = normalArray(key(0), 28, { start: 27 * 28 }); // the end of it
 * ```
 */
export function normalArray(key: Key, count: number, { start = 0 }: NormalArrayOptions = {}): Float32Array {
  checkCount('normalArray', key, count);
  if (!Number.isInteger(start) || start < 0 || start + count >= 2 ** 32)
    throw new RangeError(
      `normalArray: start is ${start}, but must be a whole number from 0 to ${2 ** 32 - 1 - count}: a key has 2^32 - 1 numbers`,
    );
  const values = new Float32Array(count);
  return fillNormal(key, values, start) ? values : scalarNormalArray(key, count, start);
}

/** `normalArray` where there is no WebAssembly. */
export function scalarNormalArray(key: Key, count: number, start = 0): Float32Array {
  return Float32Array.from(bitsFrom(key, start, count), normalOf);
}

/** The float32 just above −1, where the uniform number behind a normal one begins; its distance to 1 rounds to 2. */
const lowest = -1 + 2 ** -24;

/** M. Giles, "Approximating the erfinv function" (2010), single precision, as XLA evaluates it. */
export function normalOf(bits: number): number {
  const x = Math.fround((bits >>> 9) * (2 * unit) + lowest);
  const square = Math.fround(x * x);
  let w = -Math.log(1 - square);
  let p: number;
  if (w < 5) {
    w -= 2.5;
    p = 2.81022636e-8;
    p = 3.43273939e-7 + p * w;
    p = -3.5233877e-6 + p * w;
    p = -4.39150654e-6 + p * w;
    p = 0.00021858087 + p * w;
    p = -0.00125372503 + p * w;
    p = -0.00417768164 + p * w;
    p = 0.246640727 + p * w;
    p = 1.50140941 + p * w;
  } else {
    w = Math.sqrt(w) - 3;
    p = -0.000200214257;
    p = 0.000100950558 + p * w;
    p = 0.00134934322 + p * w;
    p = -0.00367342844 + p * w;
    p = 0.00573950773 + p * w;
    p = -0.0076224613 + p * w;
    p = 0.00943887047 + p * w;
    p = 1.00167406 + p * w;
    p = 2.83297682 + p * w;
  }
  return Math.SQRT2 * p * x;
}

/**
 * Whole numbers in [min, max), like `jax.random.randint(key, [count], min, max)`.
 *
 * @throws RangeError unless min < max are 32-bit integers (max may be 2^31).
 * @example
 * ```ts
 * import { key, randintArray } from '@diffgan/ops';
 * const steps = randintArray(key(0), 64, 1, 1001); // 64 steps of 1 … 1000
 * ```
 */
export function randintArray(key: Key, count: number, min: number, max: number): Int32Array {
  const valid = Number.isInteger(min) && Number.isInteger(max) && min >= -(2 ** 31) && max <= 2 ** 31 && min < max;
  if (!valid)
    throw new RangeError(
      `randintArray: [min, max) is [${min}, ${max}), but both must be 32-bit integers and min < max`,
    );
  const [first, second] = split(key);
  const high = randomBits(first, count);
  const low = randomBits(second, count);
  const span = max - min;
  const half = 65536 % span;
  // 2^32 mod span, in uint32 arithmetic: for spans above 2^16 the square wraps to 0 there, and so it does here.
  const multiplier = (Math.imul(half, half) >>> 0) % span;
  const values = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const product = Math.imul(high[i] % span, multiplier) >>> 0;
    values[i] = min + (((product + (low[i] % span)) >>> 0) % span);
  }
  return values;
}
