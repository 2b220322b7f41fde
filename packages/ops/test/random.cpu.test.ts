import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  foldIn,
  type Key,
  key,
  normalArray,
  permutation,
  randintArray,
  randomBits,
  split,
  uniformArray,
} from '@diffgan/ops';

interface Draws {
  seed: number;
  key: number[];
  split: Record<string, number[][]>;
  foldIn: Record<string, number[]>;
  bits: Record<string, number[]>;
  uniform: number[];
  normal: number[];
  uniformIn: [number, number, number[]][];
  randint: [number, number, number[]][];
  permutation: Record<string, number[]>;
}

interface Golden {
  madeBy: string;
  draws: Draws[];
  normalTails: { seed: number; count: number; index: number[]; values: number[] };
  permutation60000: { seed: number; first: number[]; last: number[] };
}

const golden = JSON.parse(readFileSync(new URL('golden/random.json', import.meta.url), 'utf8')) as Golden;
const floats = (bits: number[]) => new Float32Array(Uint32Array.from(bits).buffer);

/** Largest distance in units in the last place of float32. */
function ulps(actual: Float32Array, expected: Float32Array): number {
  // Bits of negative floats count downwards: mirrored, the integers are ordered like the floats.
  const ordered = (x: Float32Array) => Array.from(new Int32Array(x.buffer), (b) => (b < 0 ? -(b & 0x7fffffff) : b));
  const [a, b] = [ordered(actual), ordered(expected)];
  return a.reduce((worst, v, i) => Math.max(worst, Math.abs(v - b[i])), 0);
}

describe.each(golden.draws)(`equals jax.random: seed $seed (${golden.madeBy})`, (draws) => {
  const root = key(draws.seed);

  test('keys', () => {
    expect(root).toEqual(draws.key);
    for (const [count, keys] of Object.entries(draws.split)) expect(split(root, Number(count))).toEqual(keys);
    for (const [data, folded] of Object.entries(draws.foldIn)) expect(foldIn(root, Number(data))).toEqual(folded);
  });

  test('bits, whole numbers and permutations', () => {
    for (const [count, bits] of Object.entries(draws.bits)) expect([...randomBits(root, Number(count))]).toEqual(bits);
    for (const [min, max, values] of draws.randint)
      expect([...randintArray(root, values.length, min, max)], `[${min}, ${max})`).toEqual(values);
    for (const [n, order] of Object.entries(draws.permutation))
      expect([...permutation(root, Number(n))]).toEqual(order);
  });

  test('uniform numbers, to the last bit', () => {
    expect(uniformArray(root, draws.uniform.length)).toEqual(floats(draws.uniform));
    for (const [min, max, values] of draws.uniformIn)
      expect(uniformArray(root, values.length, { min, max })).toEqual(floats(values));
  });

  // XLA rounds every step of the polynomial to float32, we only the result: 1 or 2 units in the last place.
  test('normal numbers, to 2 units in the last place', () => {
    expect(ulps(normalArray(root, draws.normal.length), floats(draws.normal))).toBeLessThanOrEqual(2);
  });
});

test('normal numbers in both tails and around 0', () => {
  const { seed, count, index, values } = golden.normalTails;
  const all = normalArray(key(seed), count);
  expect(Math.max(...index.map((i) => Math.abs(all[i])))).toBeGreaterThan(4.5);
  expect(
    ulps(
      Float32Array.from(index, (i) => all[i]),
      floats(values),
    ),
  ).toBeLessThanOrEqual(2);
});

test('permutation of 60000', () => {
  const order = permutation(key(golden.permutation60000.seed), 60_000);
  expect([...order.slice(0, 20)]).toEqual(golden.permutation60000.first);
  expect([...order.slice(-20)]).toEqual(golden.permutation60000.last);
  expect(order.toSorted()).toEqual(Int32Array.from({ length: 60_000 }, (_, i) => i));
});

test('moments of 200000 normal numbers within 4 standard errors', () => {
  const n = 200_000;
  const x = normalArray(key(11), n);
  const moment = (power: number) => x.reduce((sum, v) => sum + v ** power, 0) / n;
  // Variances of x, x², x³, x⁴ under the normal law: 1, 2, 15, 96.
  const checks = [
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
  ];
  for (const [power, mean, variance] of checks)
    expect(Math.abs(moment(power) - mean), `moment ${power}`).toBeLessThan(4 * Math.sqrt(variance / n));
});

test('keys are frozen and children differ from their parent', () => {
  const root = key(0);
  expect(Object.isFrozen(root) && split(root).every(Object.isFrozen)).toBe(true);
  expect(new Set([root, ...split(root, 100), foldIn(root, 200)].map(String)).size).toBe(102);
  expect(split(root, 0)).toEqual([]);
});

describe('what is refused', () => {
  test.each([-1, 0.5, NaN, Infinity, 2 ** 53])('seed %d', (seed) => {
    expect(() => key(seed)).toThrow(RangeError);
  });

  test.each([[[]], [[1]], [[1, -1]], [[0.5, 1]], [7], [undefined]])('key %j', (value) => {
    const wrong = value as unknown as Key;
    expect(() => split(wrong)).toThrow(TypeError);
    expect(() => normalArray(wrong, 3)).toThrow(TypeError);
    expect(() => foldIn(wrong, 3)).toThrow(TypeError);
  });

  test('counts and intervals', () => {
    const root = key(0);
    for (const count of [-1, 1.5, NaN, 2 ** 32]) {
      expect(() => split(root, count)).toThrow(RangeError);
      expect(() => foldIn(root, count)).toThrow(RangeError);
      expect(() => randomBits(root, count)).toThrow(RangeError);
      expect(() => permutation(root, count)).toThrow(RangeError);
    }
    expect(() => uniformArray(root, 1, { min: 1, max: 0 })).toThrow('[1, 0)');
    expect(() => uniformArray(root, 1, { max: Infinity })).toThrow(RangeError);
    for (const [min, max] of [
      [0, 0],
      [0.5, 2],
      [0, 2 ** 31 + 1],
      [-(2 ** 31) - 1, 0],
    ])
      expect(() => randintArray(root, 1, min, max)).toThrow(RangeError);
  });
});
