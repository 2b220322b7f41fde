import { describe, expect, it } from 'vitest';
import {
  densityCoverage,
  type Features,
  nearestNeighbours,
  precisionRecall,
  realism,
  StatisticsError,
} from '@diffgan/fid';
import { foldIn, key, normalArray } from '@diffgan/ops';
import { vector } from '../../../test/vectors.ts';
import { takeRows } from '../src/features/features.ts';

const points = (dim: number, ...values: number[]): Features => ({ dim, data: Float64Array.from(values) });
const normal = (seed: number, n: number, dim: number, scale = 1): Features => ({
  dim,
  data: Float64Array.from(normalArray(key(seed), n * dim), (v) => scale * v),
});
const countTo = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Straight from the definitions, with the whole matrix of distances. */
function direct(generated: Features, real: Features, k: number) {
  const rows = ({ data, dim }: Features) =>
    countTo(data.length / dim).map((i) => Array.from(data.subarray(i * dim, (i + 1) * dim)));
  const distance = (u: number[], v: number[]) => Math.hypot(...u.map((x, i) => x - v[i]));
  const radii = (set: number[][]) => set.map((u) => set.map((v) => distance(u, v)).sort((x, y) => x - y)[k]);
  const [g, r] = [rows(generated), rows(real)];
  const [radiiG, radiiR] = [radii(g), radii(r)];
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const some = (flag: boolean) => (flag ? 1 : 0);
  return {
    precision: mean(g.map((u) => some(r.some((v, i) => distance(u, v) <= radiiR[i])))),
    recall: mean(r.map((v) => some(g.some((u, j) => distance(u, v) <= radiiG[j])))),
    density: mean(g.map((u) => r.filter((v, i) => distance(u, v) < radiiR[i]).length / k)),
    coverage: mean(r.map((v, i) => some(g.some((u) => distance(u, v) < radiiR[i])))),
    realism: g.map((u) => Math.max(...r.map((v, i) => radiiR[i] / (distance(u, v) + 1e-5)))),
  };
}

describe('precisionRecall', () => {
  it('has the values of the specification', async () => {
    const { expected, float64 } =
      vector<Record<string, { precision: number; recall: number }>>('metric.precisionRecall');
    const real = points(2, 0, 0, 1, 0, 0, 1, 1, 1, 2, 2);
    const fake = points(2, 0.1, 0.1, 0.9, 0.2, 2.8, 2.9, 5, 5);
    for (const k of [1, 2]) {
      const { precision, recall } = await precisionRecall(fake, real, { k });
      expect([precision, recall]).toBeAllClose([expected[k].precision, expected[k].recall], float64);
    }
  });

  it('tells a generator with one mode (good, not diverse) from one that scatters (diverse, not good)', async () => {
    const [real, collapsed, scattered] = [normal(1, 600, 8), normal(2, 600, 8, 0.1), normal(3, 600, 8, 3)];
    const collapse = await precisionRecall(collapsed, real);
    expect(collapse.precision).toBeGreaterThan(0.8);
    expect(collapse.recall).toBeLessThan(0.3);
    const scatter = await precisionRecall(scattered, real);
    expect(scatter.precision).toBeLessThan(0.3);
    expect(scatter.recall).toBeGreaterThan(0.8);
  });

  it('counts a point on the surface of a ball, so identical constant sets are precise', async () => {
    const constant = points(1, 5, 5, 5, 5, 5);
    expect(await precisionRecall(constant, constant)).toEqual({ precision: 1, recall: 1 });
    const onSurface = await precisionRecall(points(1, 2, 10), points(1, 0, 1), { k: 1 });
    expect(onSurface.precision).toBe(0.5);
  });

  it('is 1 for a set and itself', async () => {
    const set = normal(4, 100, 5);
    expect(await precisionRecall(set, set)).toEqual({ precision: 1, recall: 1 });
  });
});

describe('densityCoverage', () => {
  it('leaves out a point on the surface of a ball', async () => {
    const constant = points(1, 5, 5, 5, 5, 5, 5);
    expect(await densityCoverage(constant, constant)).toEqual({ density: 0, coverage: 0 });
    expect(await densityCoverage(points(1, 2, 1.5), points(1, 0, 1), { k: 1 })).toEqual({
      density: 0.5,
      coverage: 0.5,
    });
  });

  it('is near 1 for equal distributions, and coverage falls with collapse while density does not', async () => {
    const real = normal(5, 600, 8);
    const equal = await densityCoverage(normal(6, 600, 8), real);
    // coverage of equal distributions is 1 − (1/2)^k up to O(1/n) (Naeem et al., section 3.3): 0.969 for k = 5
    expect(equal.coverage).toBeGreaterThan(0.93);
    expect(Math.abs(equal.density - 1)).toBeLessThan(0.15);
    const collapsed = await densityCoverage(normal(7, 600, 8, 0.1), real);
    expect(collapsed.coverage).toBeLessThan(0.3);
    expect(collapsed.density).toBeGreaterThan(1);
  });
});

describe('tiles', () => {
  // more rows than one tile has, and not a multiple of anything
  const [generated, real] = [normal(8, 301, 40, 1.1), normal(9, 523, 40)];

  it.each([1, 3, 5])('give what whole matrices give, k = %i', async (k) => {
    const expected = direct(generated, real, k);
    const { precision, recall } = await precisionRecall(generated, real, { k });
    const { density, coverage } = await densityCoverage(generated, real, { k });
    expect({ precision, recall, coverage }).toEqual({
      precision: expected.precision,
      recall: expected.recall,
      coverage: expected.coverage,
    });
    expect([density]).toBeAllClose([expected.density], { rtol: 1e-12, atol: 0 });
    expect(await realism(generated, real, { k })).toBeAllClose(expected.realism, { rtol: 1e-11, atol: 0 });
  });

  it('do not depend on the order of the vectors', async () => {
    const turned = (set: Features) => takeRows(set, countTo(set.data.length / set.dim).reverse());
    const there = await precisionRecall(generated, real);
    expect(await precisionRecall(turned(generated), turned(real))).toEqual(there);
    const density = await densityCoverage(generated, real);
    expect(await densityCoverage(turned(generated), turned(real))).toEqual(density);
  });
});

describe('realism', () => {
  it('is at least 1 inside a real ball, falls with the distance and stays finite on a real point', async () => {
    const real = points(1, 0, 1, 2, 3);
    const scores = await realism(points(1, 0.5, 4.5, 7, 2), real, { k: 1 });
    expect(scores).toBeAllClose([1 / 0.50001, 1 / 1.50001, 1 / 4.00001, 1e5], { rtol: 1e-12, atol: 0 });
  });
});

describe('nearestNeighbours', () => {
  it('finds the nearest first, of equally near ones the first', async () => {
    const { indices, distances, k } = await nearestNeighbours(points(1, 1.9, 1.5), points(1, 0, 1, 2, 3, 1), { k: 3 });
    expect(k).toBe(3);
    expect(Array.from(indices)).toEqual([2, 1, 4, 1, 2, 4]);
    expect(distances).toBeAllClose([0.1, 0.9, 0.9, 0.5, 0.5, 0.5], { rtol: 1e-12, atol: 1e-12 });
  });

  it('finds copies at distance 0 in sets of any size, a vector itself included', async () => {
    const data = normal(10, 700, 33);
    const copies = [3, 255, 256, 699];
    const { indices, distances } = await nearestNeighbours(takeRows(data, copies), data, { k: 1 });
    expect(Array.from(indices)).toEqual(copies);
    expect(Array.from(distances)).toEqual([0, 0, 0, 0]);
    expect(Array.from((await nearestNeighbours(data, data, { k: 1 })).indices)).toEqual(countTo(700));
  });
});

describe('they refuse', () => {
  const three = points(1, 1, 2, 3);
  const four = points(1, 1, 2, 3, 4);
  const metrics = { precisionRecall, densityCoverage, realism };

  it('fewer than k + 1 vectors, naming them', async () => {
    await expect(precisionRecall(three, four)).rejects.toThrow(/precisionRecall: generated has 3 vectors; at least 4/);
    await expect(precisionRecall(four, three)).rejects.toThrow(StatisticsError);
    await expect(densityCoverage(three, four)).rejects.toThrow(/real has 4 vectors; at least 6/);
    await expect(realism(points(1), four)).rejects.toThrow(/generated has 0 vectors; at least 1/);
    await expect(nearestNeighbours(three, three, { k: 4 })).rejects.toThrow(/data has 3 vectors; at least 4/);
  });

  it.each(Object.entries(metrics))('NaN, other dimensions, broken lengths and k below 1: %s', async (name, metric) => {
    const set = normal(11, 10, 2);
    const withNaN = { ...set, data: set.data.map((v, i) => (i === 5 ? NaN : v)) };
    await expect(metric(withNaN, set)).rejects.toThrow(
      new RegExp(`${name}: feature 1 of vector 2 of generated is NaN`),
    );
    await expect(metric(normal(12, 10, 3), set)).rejects.toThrow(/vectors of 3 and 2 features/);
    await expect(metric({ dim: 3, data: set.data }, set)).rejects.toThrow(
      /20 values, which are not whole vectors of 3/,
    );
    await expect(metric({ dim: 0, data: set.data }, set)).rejects.toThrow(/generated\.dim is 0/);
    await expect(metric(set, set, { k: 0 })).rejects.toThrow(/k is 0/);
  });

  it.each(Object.entries(metrics))('to go on after an abort: %s', async (_, metric) => {
    const set = normal(13, 10, 2);
    await expect(metric(set, set, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it.each(Object.entries(metrics))('to hide how far they are: %s', async (_, metric) => {
    const fractions: number[] = [];
    const set = (i: number): Features => ({ dim: 16, data: normalArray(foldIn(key(14), i), 1200 * 16) });
    await metric(set(0), set(1), { onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions).toEqual([...fractions].sort((x, y) => x - y));
    expect(fractions.at(-1)).toBe(1);
  });
});
