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
