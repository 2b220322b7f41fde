import { Matrix, QrDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { FeatureStatistics, frechetDistance, StatisticsError } from '@diffgan/fid';
import { key, normalArray } from '@diffgan/ops';

const meta = { extractor: 'test', layer: 'none', range: '[-1, 1]', resize: 'none' };
type Square = readonly (readonly number[])[];
const gaussian = (mean: readonly number[], covariance: Square) =>
  FeatureStatistics.fromMoments({ count: 100, mean, covariance: covariance.flat() }, meta);
const diagonal = (...values: number[]): Square => values.map((v, i) => values.map((_, j) => (i === j ? v : 0)));
const statistics = (dim: number, rows: Float32Array | Float64Array) => new FeatureStatistics(dim, meta).add(rows);
const random = (seed: number, count: number) => Float64Array.from(normalArray(key(seed), count));
const close = { rtol: 1e-12, atol: 1e-12 };

describe('frechetDistance of given Gaussians', () => {
  it('with equal covariances is the squared distance of the means', async () => {
    const covariance = [
      [2, 0.5],
      [0.5, 1],
    ];
    expect([await frechetDistance(gaussian([0, 1], covariance), gaussian([3, 5], covariance))]).toBeAllClose(
      [25],
      close,
    );
  });

  it('with diagonal covariances is Σ(√a − √b)²', async () => {
    const distance = await frechetDistance(
      gaussian([0, 0, 0], diagonal(1, 4, 0)),
      gaussian([0, 0, 0], diagonal(9, 1, 16)),
    );
    expect([distance]).toBeAllClose([4 + 1 + 16], close);
  });

  // tr √(AB) = √(tr AB + 2 √det AB) in two dimensions
  const [A, B]: Square[] = [
    [
      [2, 0.5],
      [0.5, 1],
    ],
    [
      [1, -0.3],
      [-0.3, 1.5],
    ],
  ];
  const traceAB = 2 * 1 + 2 * (0.5 * -0.3) + 1 * 1.5;
  const root2 = Math.sqrt(traceAB + 2 * Math.sqrt((2 * 1 - 0.25) * (1 * 1.5 - 0.09)));

  it('with two covariances that do not commute', async () => {
    const distance = await frechetDistance(gaussian([0, 1], A), gaussian([1, -1], B));
    expect([distance]).toBeAllClose([5 + 3 + 2.5 - 2 * root2], close);
    expect(distance).toBeCloseTo(5.463471189606476, 12); // the value of the specification
  });

  it('with many such blocks is their sum', async () => {
    const blocks = (block: Square, scale: (k: number) => number) =>
      Array.from({ length: 20 }, (_, i) =>
        Array.from({ length: 20 }, (_, j) => (i >> 1 === j >> 1 ? scale(i >> 1) * block[i % 2][j % 2] : 0)),
      );
    const zeros = new Array<number>(20).fill(0);
    const scale = (k: number) => 10 ** -k;
    const distance = await frechetDistance(gaussian(zeros, blocks(A, scale)), gaussian(zeros, blocks(B, scale)));
    let expected = 0;
    for (let k = 0; k < 10; k++) expected += scale(k) * (3 + 2.5 - 2 * root2);
    expect([distance]).toBeAllClose([expected], close);
  });

  it('is that of the features in the specification', async () => {
    const real = statistics(3, Float32Array.of(1, 2, 0, 0, 1, 1, 2, 2, 1, 1, 0, 3, 3, 1, 2));
    const fake = statistics(3, Float32Array.of(1, 1, 1, 2, 0, 2, 0, 2, 1, 4, 1, 0));
    expect([await frechetDistance(real, fake)]).toBeAllClose([1.4870822761428775], close);
  });
});

describe('frechetDistance of samples', () => {
  const dim = 16;
  const a = random(1, 200 * dim);
  const b = random(2, 300 * dim).map((v, i) => v * (1 + (i % dim) / 5) + 0.1);

  it('is zero for the same sample and never negative', async () => {
    expect(await frechetDistance(statistics(dim, a), statistics(dim, a))).toBeLessThan(1e-12);
    const steep = a.map((v, i) => v * 10 ** -(i % dim));
    const itself = await frechetDistance(statistics(dim, steep), statistics(dim, steep));
    expect(itself).toBeGreaterThanOrEqual(0);
    expect(itself).toBeLessThan(1e-12);
  });

  it('is symmetric', async () => {
    const there = await frechetDistance(statistics(dim, a), statistics(dim, b));
    expect([await frechetDistance(statistics(dim, b), statistics(dim, a))]).toBeAllClose([there], close);
  });

  it('grows with the square of the scale, and is (1 − c)² tr Σ for a scaled sample', async () => {
    const once = await frechetDistance(statistics(dim, a), statistics(dim, b));
    const times3 = (x: Float64Array) => x.map((v) => 3 * v);
    expect([await frechetDistance(statistics(dim, times3(a)), statistics(dim, times3(b)))]).toBeAllClose(
      [9 * once],
      close,
    );

    const own = statistics(dim, a);
    const trace = own.covariance().reduce((sum, v, i) => sum + (i % (dim + 1) === 0 ? v : 0), 0);
    const square = own.mean.reduce((sum, v) => sum + v * v, 0);
    expect([await frechetDistance(own, statistics(dim, times3(a)))]).toBeAllClose([4 * (trace + square)], close);
  });

  it('does not change when both samples are rotated', async () => {
    const rotation = new QrDecomposition(new Matrix(toRows(random(3, dim * dim), dim))).orthogonalMatrix;
    const turn = (x: Float64Array) => Float64Array.from(new Matrix(toRows(x, dim)).mmul(rotation).to1DArray());
    const before = await frechetDistance(statistics(dim, a), statistics(dim, b));
    expect([await frechetDistance(statistics(dim, turn(a)), statistics(dim, turn(b)))]).toBeAllClose([before], close);
  });

  it('handles fewer samples than features, duplicates, constant and dead features', async () => {
    const few = random(4, 5 * dim);
    const twice = Float64Array.from([...few, ...few]);
    const dead = a.map((v, i) => (i % 3 === 0 ? 0 : v));
    const constant = new Float64Array(4 * dim).fill(2);
    expect(await frechetDistance(statistics(dim, few), statistics(dim, few))).toBeLessThan(1e-12);
    for (const sample of [few, twice, dead, constant]) {
      const distance = await frechetDistance(statistics(dim, sample), statistics(dim, b));
      expect(Number.isFinite(distance)).toBe(true);
      expect(distance).toBeGreaterThan(0);
    }
    // between constants only the means are left
    const zeros = new Float64Array(3 * dim);
    expect(await frechetDistance(statistics(dim, constant), statistics(dim, zeros))).toBe(4 * dim);
  });

  it('of rank-deficient covariances is that of the few directions there are', async () => {
    // both samples lie in the same four of 100 dimensions
    const [d, r, n] = [100, 4, 30];
    const directions = new QrDecomposition(new Matrix(toRows(random(5, d * r), r))).orthogonalMatrix.transpose();
    const low = [6, 7].map((seed) => random(seed, n * r));
    const high = low.map((x) => Float64Array.from(new Matrix(toRows(x, r)).mmul(directions).to1DArray()));
    const expected = await frechetDistance(statistics(r, low[0]), statistics(r, low[1]));
    expect([await frechetDistance(statistics(d, high[0]), statistics(d, high[1]))]).toBeAllClose([expected], close);
  });
});

describe('frechetDistance of many features', () => {
  const dim = 300;
  const [a, b] = [1, 2].map((seed) => statistics(dim, random(seed, 400 * dim)));

  it('tells how far it is', async () => {
    const fractions: number[] = [];
    const distance = await frechetDistance(a, b, { onProgress: (fraction) => fractions.push(fraction) });
    expect(distance).toBeGreaterThan(0);
    expect(fractions).toEqual([...fractions].sort((x, y) => x - y));
    expect(fractions.at(-1)).toBe(1);
  });

  it('can be aborted, before it begins and on the way', async () => {
    const reason = new Error('enough');
    await expect(frechetDistance(a, b, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const large = [1, 2].map((seed) => statistics(1024, random(seed, 20 * 1024)));
    for (const part of large) for (let i = 0; i < 50; i++) part.add(random(i, 20 * 1024));
    const onProgress = () => controller.abort(reason);
    await expect(frechetDistance(large[0], large[1], { signal: controller.signal, onProgress })).rejects.toBe(reason);
  });
});

describe('frechetDistance refuses', () => {
  const two = statistics(1, Float64Array.of(0, 1));
  const other = (changes: object, dim = 1) => new FeatureStatistics(dim, { ...meta, ...changes });

  it.each([
    ['one vector', statistics(1, Float64Array.of(0)), /1 vectors.*at least 2/],
    ['other dimensions', statistics(2, Float64Array.of(0, 1, 2, 3)), /1 and 2 dimensions/],
    ['another extractor', other({ extractor: 'inception' }), /extractor is 'test'.*'inception'/],
    ['another layer', other({ layer: 'logits' }), /layer is 'none'.*'logits'/],
    ['another resize', other({ resize: 'bilinear' }, 1), /resize is 'none'.*'bilinear'/],
    ['another range', other({ range: '[0, 1]' }), /range is '\[-1, 1\]'.*'\[0, 1\]'/],
  ])('%s', async (_, statistics, message) => {
    await expect(frechetDistance(two, statistics)).rejects.toThrow(StatisticsError);
    await expect(frechetDistance(two, statistics)).rejects.toThrow(message);
  });

  it('nothing for a range and a resize that one side does not tell', async () => {
    const untold = new FeatureStatistics(1, { extractor: 'test', layer: 'none' }).add(Float64Array.of(0, 1));
    expect(await frechetDistance(two, untold)).toBe(0);
  });
});

function toRows(values: Float64Array, dim: number): number[][] {
  return Array.from({ length: values.length / dim }, (_, i) => Array.from(values.subarray(i * dim, (i + 1) * dim)));
}
