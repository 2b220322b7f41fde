import { describe, expect, it } from 'vitest';
import { FeatureStatistics, StatisticsError, type StatisticsJson } from '@diffgan/fid';
import { FileFormatError } from '@diffgan/files';
import { key, normalArray } from '@diffgan/ops';

const dim = 5;
const meta = { extractor: 'test', layer: 'none', split: 'train', range: '[-1, 1]' };
const n = 600; // more than are multiplied at once
const rows = Float64Array.from(normalArray(key(3), n * dim)).map((v, i) => v * (1 + (i % dim)) + (i % dim));
const fresh = () => new FeatureStatistics(dim, meta);
const whole = fresh().add(rows);

/** Two passes, as in a textbook. */
function direct(x: Float64Array): { mean: number[]; covariance: number[] } {
  const count = x.length / dim;
  const mean = Array.from({ length: dim }, (_, j) => x.reduce((s, v, i) => (i % dim === j ? s + v : s), 0) / count);
  const covariance = Array.from({ length: dim * dim }, (_, ij) => {
    const [i, j] = [Math.floor(ij / dim), ij % dim];
    let sum = 0;
    for (let r = 0; r < x.length; r += dim) sum += (x[r + i] - mean[i]) * (x[r + j] - mean[j]);
    return sum / (count - 1);
  });
  return { mean, covariance };
}

describe('FeatureStatistics', () => {
  it('has the mean and the covariance with n − 1', () => {
    const { mean, covariance } = direct(rows);
    expect(whole.count).toBe(n);
    expect(whole.mean).toBeAllClose(mean, { rtol: 1e-12, atol: 1e-12 });
    expect(whole.covariance()).toBeAllClose(covariance, { rtol: 1e-11, atol: 1e-11 });
  });

  it.each([1, 7, 64])('does not depend on batches: %i at a time', (batch) => {
    const parts = fresh();
    for (let start = 0; start < n; start += batch) parts.add(rows.subarray(start * dim, (start + batch) * dim));
    expect(parts.toJSON()).toEqual(whole.toJSON()); // the same additions in the same order
  });

  it.each([
    [0, 600],
    [1, 599],
    [77, 523],
  ])('merges samples of %i and %i into the whole', (first) => {
    const a = fresh().add(rows.subarray(0, first * dim));
    const b = fresh().add(rows.subarray(first * dim));
    const before = JSON.stringify(b);
    for (const merged of [fresh().merge(a).merge(b), fresh().merge(b).merge(a)]) {
      expect(merged.count).toBe(n);
      expect(merged.mean).toBeAllClose(whole.mean, { rtol: 1e-12, atol: 1e-12 });
      expect(merged.covariance()).toBeAllClose(whole.covariance(), { rtol: 1e-9, atol: 1e-9 });
    }
    expect(JSON.stringify(b)).toBe(before);
  });

  it('keeps the digits of the covariance under a large mean, also when merging', () => {
    const shift = 1e3;
    const far = rows.map((v) => v + shift);
    const half = (n / 2) * dim;
    const merged = fresh()
      .add(far.subarray(0, half))
      .merge(fresh().add(far.subarray(half)));
    // The rounding of v + 1000 itself is 1e-13
    for (const moved of [fresh().add(far), merged])
      expect(moved.covariance()).toBeAllClose(whole.covariance(), { rtol: 1e-10, atol: 1e-10 });
  });

  it('goes through JSON without losing a bit, and can go on', () => {
    const half = (n / 2) * dim;
    const first = fresh().add(rows.subarray(0, half));
    const back = FeatureStatistics.fromJSON(JSON.parse(JSON.stringify(first)));
    expect(back.toJSON()).toEqual(first.toJSON());
    expect(back.add(rows.subarray(half)).toJSON()).toEqual(whole.toJSON());
  });

  it('can be made of a mean and a covariance', () => {
    const made = FeatureStatistics.fromMoments({ count: n, mean: whole.mean, covariance: whole.covariance() }, meta);
    expect(made.mean).toEqual(whole.mean);
    expect(made.covariance()).toBeAllClose(whole.covariance(), { rtol: 1e-14, atol: 0 });
    const more = rows.map((v) => 2 * v);
    expect(made.merge(fresh().add(more)).covariance()).toBeAllClose(fresh().add(rows).add(more).covariance(), {
      rtol: 1e-11,
      atol: 1e-11,
    });
  });

  it('refuses NaN, infinite and incomplete vectors and stays as it was', () => {
    const kept = fresh().add(rows);
    const bad = new Float32Array(3 * dim);
    bad[dim + 2] = NaN;
    expect(() => kept.add(bad)).toThrow(/feature 2 of vector 1 is NaN/);
    expect(() => kept.add(bad.fill(-Infinity))).toThrow(/feature 0 of vector 0 is -Infinity/);
    expect(() => kept.add(new Float32Array(dim + 1))).toThrow(/6 values are not whole vectors of 5/);
    expect(kept.toJSON()).toEqual(whole.toJSON());
  });

  it('refuses a covariance of fewer than two vectors', () => {
    expect(() => fresh().covariance()).toThrow(StatisticsError);
    expect(() => fresh().add(rows.subarray(0, dim)).covariance()).toThrow(/1 vectors/);
  });

  it('refuses to merge what differs, except for the split', () => {
    const test = new FeatureStatistics(dim, { ...meta, split: 'test' }).add(rows);
    expect(fresh().add(rows).merge(test).count).toBe(2 * n);
    expect(() => fresh().merge(new FeatureStatistics(dim, { ...meta, layer: 'x' }))).toThrow(/layer is 'none'.*'x'/);
    expect(() => fresh().merge(new FeatureStatistics(dim + 1, meta))).toThrow(StatisticsError);
  });

  it.each([0, -1, 1.5, NaN, 1e6])('refuses %s dimensions', (value) => {
    expect(() => new FeatureStatistics(value, meta)).toThrow(RangeError);
  });

  it('refuses moments of the wrong size', () => {
    const make = (count: number, mean: number[], covariance: number[]) => () =>
      FeatureStatistics.fromMoments({ count, mean, covariance }, meta);
    expect(make(9, [0, 0], [1, 0, 1])).toThrow(/3 values.*needs 4/);
    expect(make(0, [0], [1])).toThrow(/count is 0/);
    expect(make(9, [0], [NaN])).toThrow(/finite/);
  });
});

describe('FeatureStatistics.fromJSON refuses', () => {
  const good = whole.toJSON();
  it.each<[string, unknown]>([
    ['null', null],
    ['a text', 'statistics'],
    ['another format', { ...good, format: 'numpy' }],
    ['no extractor', { ...good, meta: { layer: 'x' } }],
    ['a huge dimension', { ...good, dim: 1e9 }],
    ['a negative count', { ...good, count: -1 }],
    ['a short array', { ...good, sum: good.shift.slice(4) }],
    ['an array of another dimension', { ...good, dim: 4 } satisfies StatisticsJson],
    ['broken base64', { ...good, sum: '!'.repeat(good.sum.length) }],
    [
      'infinite numbers',
      { ...good, sum: new FeatureStatistics(dim, meta).toJSON().sum.replace(/^A{12}/, 'AAAAAAAA8H8A') },
    ],
  ])('%s', (_, json) => {
    expect(() => FeatureStatistics.fromJSON(json)).toThrow(FileFormatError);
  });
});
