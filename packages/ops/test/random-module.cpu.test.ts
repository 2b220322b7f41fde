import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { key, normalArray } from '@diffgan/ops';
import { normalOf, scalarNormalArray } from '../src/random/random-arrays.ts';
import { loadRandomModule } from '../src/random/random-module.ts';

const page = 65536;
const chunk = page / 4;

test('each of the 2^23 normal numbers equals that of the JavaScript to the last bit', () => {
  const bytes = readFileSync(new URL('../wasm/builds/random.wasm', import.meta.url));
  const { memory, normalOfBits } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as {
    memory: WebAssembly.Memory;
    normalOfBits: (out: number, first: number, count: number) => void;
  };
  const values = new Float32Array(memory.buffer, page, chunk);
  const different: number[] = [];
  for (let first = 0; first < 2 ** 23; first += chunk) {
    normalOfBits(page, first, chunk);
    for (let i = 0; i < chunk; i++)
      if (values[i] !== Math.fround(normalOf(((first + i) << 9) >>> 0))) different.push(first + i);
  }
  expect(different).toEqual([]);
});

test.each([0, 1, 3, 4, 1001, chunk - 1, chunk, chunk + 1, 3 * chunk + 5])(
  '%d numbers of a key equal the JavaScript',
  async (count) => {
    expect(await loadRandomModule()).toBe(true);
    for (const k of [key(0), key(123456789)]) expect(normalArray(k, count)).toEqual(scalarNormalArray(k, count));
  },
);

test.each([1, 6, 2 ** 31 - 2, 2 ** 32 - 1002])('numbers from %d on equal the JavaScript', async (start) => {
  expect(await loadRandomModule()).toBe(true);
  expect(normalArray(key(3), 1001, { start })).toEqual(scalarNormalArray(key(3), 1001, start));
});

test('numbers from one on are the rest of all', () => {
  const all = normalArray(key(5), 2 * chunk + 9);
  for (const start of [1, 2, 3, 4, 777, chunk - 1, chunk + 2])
    for (const count of [0, 1, 5, 130])
      expect(normalArray(key(5), count, { start })).toEqual(all.subarray(start, start + count));
  expect(normalArray(key(5), chunk + 5, { start: 3 })).toEqual(all.subarray(3, chunk + 8)); // in two pieces
});

test.each([-1, 0.5, NaN, 2 ** 32 - 10])('numbers from %d on are refused', (start) => {
  expect(() => normalArray(key(0), 10, { start })).toThrow(`start is ${start}, but must be a whole number from 0 to`);
});
