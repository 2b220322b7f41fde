import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FeatureStatistics, frechetDistance } from '@diffgan/fid';
import { extrapolateFid } from '../src/metrics/extrapolate-fid.ts';

interface Case {
  name: string;
  dim: number;
  a: number[];
  b: number[];
  distance: number;
}

interface GridCase {
  n: number;
  m: number;
  d: number;
  decay: number;
  offset: number;
  distance: number;
  pytorch_fid: number;
}

interface Grid {
  cases: GridCase[];
  infinity: { subsets: number[][]; scores: number[]; slope: number; value: number };
}

const read = async <T>(name: string) =>
  JSON.parse(await readFile(new URL(`golden/${name}`, import.meta.url), 'utf8')) as T;
const { cases } = await read<{ cases: Case[] }>('fid.json');
const grid = await read<Grid>('fid-grid.json');
const statistics = (dim: number, rows: Float64Array) =>
  new FeatureStatistics(dim, { extractor: 'golden', layer: 'none' }).add(rows);

it.each(cases)('equals numpy and scipy: $name', async ({ dim, a, b, distance }) => {
  const [real, fake] = [a, b].map((values) => statistics(dim, Float64Array.from(values)));
  // What cancels is of the size of the traces and of the squared mean difference; both stay below 100 in the file
  expect([await frechetDistance(real, fake)]).toBeAllClose([distance], { rtol: 1e-8, atol: 1e-11 });
});

describe('frechetDistance on a grid of sizes', () => {
  it.each(grid.cases)('n = $n and $m, d = $d, decay $decay, offset $offset', async (of) => {
    const { n, m, d, decay, offset } = of;
    const a = features(1, [n, d], decay).map((value) => value + (offset < 1 ? 0 : offset));
    const b = features(2, [m, d], decay).map((value) => 1.1 * value + offset);
    const distance = await frechetDistance(statistics(d, a), statistics(d, b));
    expect([distance]).toBeAllClose([of.distance], { rtol: 1e-6, atol: 0 });
    expect([distance]).toBeAllClose([of.pytorch_fid], { rtol: 1e-6, atol: 0 });
  });

  it('gives the line of FID∞ for given subsets', async () => {
    const { subsets, scores, slope, value } = grid.infinity;
    const generated = features(3, [200, 6], 0.25);
    const real = statistics(6, features(4, [300, 6], 0.25));
    const points = [];
    for (const subset of subsets) {
      const rows = Float64Array.from(subset.flatMap((i) => [...generated.subarray(i * 6, (i + 1) * 6)]));
      points.push({ n: subset.length, value: await frechetDistance(statistics(6, rows), real) });
    }
    expect(points.map((point) => point.value)).toBeAllClose(scores, { rtol: 1e-9, atol: 0 });
    const line = extrapolateFid(points);
    expect([line.intercept, line.slope]).toBeAllClose([value, slope], { rtol: 1e-8, atol: 0 });
  });
});

/** The same numbers, bit by bit, as in make-fid-grid.py. */
function features(seed: number, [n, d]: [number, number], decay: number): Float64Array {
  let state = seed;
  const values = Float64Array.from({ length: n * d }, () => {
    let total = 0;
    for (let i = 0; i < 4; i++) {
      state = (state * 16807) % 2147483647;
      total += state / 2147483647;
    }
    return total - 2;
  });
  return values.map((value, i) => {
    const column = i % d;
    const correlated = column === 0 ? value : value + values[i - 1] / 2;
    return correlated * 2 ** (-decay * column);
  });
}
