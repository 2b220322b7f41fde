import { describe, expect, it } from 'vitest';
import type { Features } from '@diffgan/fid';
import { key, normalArray } from '@diffgan/ops';
import { inSlices } from '../src/in-slices.ts';
import { firstColumn, type Pairs, pairTiles } from '../src/pairwise/pair-tiles.ts';
import { meanOf, squaredDistances } from '../src/pairwise/squared-distances.ts';

const random = (seed: number, n: number, dim: number): Features => ({ dim, data: normalArray(key(seed), n * dim) });
const row = ({ data, dim }: Features, i: number) => Array.from(data.subarray(i * dim, (i + 1) * dim));
const dot = (x: number[], y: number[]) => x.reduce((sum, v, k) => sum + v * y[k], 0);

function allProducts(pairs: Pairs, size: number): Map<string, number> {
  const found = new Map<string, number>();
  const work = pairTiles(
    pairs,
    (tile) => {
      for (let i = 0; i < tile.rows; i++)
        for (let j = firstColumn(pairs, tile, i); j < tile.columns; j++) {
          const name = `${tile.top + i},${tile.left + j}`;
          expect(found.has(name)).toBe(false);
          found.set(name, tile.products[i * tile.stride + j]);
        }
    },
    { size },
  );
  expect(Array.from(work).at(-1)).toBeGreaterThan(0);
  return found;
}

describe('pairTiles', () => {
  const [a, b] = [random(1, 23, 5), random(2, 18, 5)];

  it.each([4, 7, 8, 256])('visits each pair of two sets once, with its product, in tiles of %i rows', (size) => {
    const products = allProducts({ a, b }, size);
    expect(products.size).toBe(23 * 18);
    for (const [name, value] of products) {
      const [i, j] = name.split(',').map(Number);
      expect(value).toBe(dot(row(a, i), row(b, j))); // the same sum in the same order
    }
  });

  it.each([4, 7, 8, 256])('visits each unordered pair of one set once in tiles of %i rows', (size) => {
    const products = allProducts({ a }, size);
    expect(products.size).toBe((23 * 22) / 2);
    for (const [name, value] of products) {
      const [i, j] = name.split(',').map(Number);
      expect(i).toBeLessThan(j);
      expect(value).toBe(dot(row(a, i), row(a, j)));
    }
  });

  it('reports growing fractions and stops at an abort, also when two of them take turns', async () => {
    const [large, other] = [random(3, 5000, 64), random(4, 5000, 64)]; // a tenth of a second or more
    const count = (visited: { tiles: number }) => pairTiles({ a: large, b: other }, () => visited.tiles++);
    const fractions: number[] = [];
    const [whole, stopped] = [{ tiles: 0 }, { tiles: 0 }];
    const controller = new AbortController();
    const first = inSlices(count(whole), { onProgress: (fraction) => fractions.push(fraction) });
    const second = inSlices(count(stopped), { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(second).rejects.toThrow(/abort/i);
    await first;
    expect(whole.tiles).toBe(400);
    expect(stopped.tiles).toBeLessThan(400);
    expect(fractions).toEqual([...fractions].sort((x, y) => x - y));
    expect(fractions.at(-1)).toBe(1);
  });

  it('gives each of several that take turns its own products', () => {
    const pairs = [{ a }, { a, b }, { a: b }];
    const found = pairs.map(() => new Map<string, number>());
    const works = pairs.map((pair, p) =>
      pairTiles(pair, ({ top, left, products }) => found[p].set(`${top},${left}`, products[0]), { size: 8 }),
    );
    for (let busy = true; busy;) busy = works.map((work) => !work.next().done).some(Boolean);
    pairs.forEach((pair: Pairs, p) => {
      for (const [name, value] of found[p]) {
        const [i, j] = name.split(',').map(Number);
        expect(value).toBe(dot(row(pair.a, i), row(pair.b ?? pair.a, j)));
      }
    });
  });
});

describe('squaredDistances', () => {
  it('equal Σ(u − v)², also far from zero, and are exactly 0 for equal vectors', () => {
    const near = random(5, 20, 6);
    const far: Features = { dim: 6, data: Float64Array.from(near.data, (v) => v + 1e6) };
    far.data.copyWithin(6 * 7, 0, 6); // vector 7 is vector 0
    const distances = new Map<string, number>();
    Array.from(squaredDistances({ a: far }, (i, j, d) => void distances.set(`${i},${j}`, d), meanOf(far)));
    for (const [name, value] of distances) {
      const [u, v] = name.split(',').map((i) => row(far, Number(i)));
      const direct = u.reduce((sum, x, k) => sum + (x - v[k]) ** 2, 0);
      expect([value]).toBeAllClose([direct], { rtol: 1e-9, atol: 1e-12 }); // the mean itself is good to 1e-10
    }
    expect(distances.get('0,7')).toBe(0);
    for (let i = 1; i < 20; i++)
      if (i !== 7) expect(distances.get(`0,${i}`)).toBe(distances.get(i < 7 ? `${i},7` : `7,${i}`));
  });
});
