import { key, normalArray } from '@diffgan/ops';
import { describe, expect, it } from 'vitest';
import type { Features } from '@diffgan/fid';
import { firstColumn, type Pairs, pairTiles } from '../src/pairwise/pair-tiles.ts';
import { meanOf, squaredDistances } from '../src/pairwise/squared-distances.ts';

const random = (seed: number, n: number, dim: number): Features => ({ dim, data: normalArray(key(seed), n * dim) });
const row = ({ data, dim }: Features, i: number) => Array.from(data.subarray(i * dim, (i + 1) * dim));
const dot = (x: number[], y: number[]) => x.reduce((sum, v, k) => sum + v * y[k], 0);

async function allProducts(pairs: Pairs, tileRows?: number): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  await pairTiles(
    pairs,
    (tile) => {
      for (let i = 0; i < tile.rows; i++)
        for (let j = firstColumn(pairs, tile, i); j < tile.columns; j++) {
          const name = `${tile.top + i},${tile.left + j}`;
          expect(found.has(name)).toBe(false);
          found.set(name, tile.products[i * tile.stride + j]);
        }
    },
    { tileRows },
  );
  return found;
}

describe('pairTiles', () => {
  const [a, b] = [random(1, 23, 5), random(2, 18, 5)];

  it.each([4, 7, 8, 256])(
    'visits each pair of two sets once, with its product, in tiles of %i rows',
    async (tileRows) => {
      const products = await allProducts({ a, b }, tileRows);
      expect(products.size).toBe(23 * 18);
      for (const [name, value] of products) {
        const [i, j] = name.split(',').map(Number);
        expect(value).toBe(dot(row(a, i), row(b, j))); // the same sum in the same order
      }
    },
  );

  it.each([4, 7, 8, 256])('visits each unordered pair of one set once in tiles of %i rows', async (tileRows) => {
    const products = await allProducts({ a }, tileRows);
    expect(products.size).toBe((23 * 22) / 2);
    for (const [name, value] of products) {
      const [i, j] = name.split(',').map(Number);
      expect(i).toBeLessThan(j);
      expect(value).toBe(dot(row(a, i), row(a, j)));
    }
  });

  it('reports growing fractions up to 1 and stops at an abort', async () => {
    const [large, other] = [random(3, 2500, 64), random(4, 2500, 64)]; // a tenth of a second or more
    const fractions: number[] = [];
    await pairTiles({ a: large, b: other }, () => undefined, { onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions).toEqual([...fractions].sort((x, y) => x - y));
    expect(fractions.at(-1)).toBe(1);

    const controller = new AbortController();
    let tiles = 0;
    const { signal } = controller;
    const stopped = pairTiles({ a: large, b: other }, () => void (tiles++ === 0 && controller.abort()), { signal });
    await expect(stopped).rejects.toThrow(/abort/i);
    expect(tiles).toBeLessThan(100);
  });
});

describe('squaredDistances', () => {
  it('equal Σ(u − v)², also far from zero, and are exactly 0 for equal vectors', async () => {
    const near = random(5, 20, 6);
    const far: Features = { dim: 6, data: Float64Array.from(near.data, (v) => v + 1e6) };
    far.data.copyWithin(6 * 7, 0, 6); // vector 7 is vector 0
    const distances = new Map<string, number>();
    await squaredDistances({ a: far }, (i, j, d) => void distances.set(`${i},${j}`, d), { shift: meanOf(far) });
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
