import { describe, expect, it } from 'vitest';
import { FeatureStatistics, fidInfinity, fidScore, formatFid, StatisticsError } from '@diffgan/fid';
import { key, normalArray, split } from '@diffgan/ops';

const meta = { extractor: 'fashion', layer: 'x', split: 'train' };
const statistics = (dim: number, rows: Float32Array | Float64Array) => new FeatureStatistics(dim, meta).add(rows);

/** n normal vectors with independent components of the given standard deviations. */
function normals(seed: readonly [number, number], n: number, deviations: readonly number[]): Float64Array {
  const d = deviations.length;
  return Float64Array.from(normalArray(seed, n * d)).map((value, i) => value * deviations[i % d]);
}

describe('fidScore', () => {
  const generated = new FeatureStatistics(1, { extractor: 'fashion', layer: 'x' }).add(Float32Array.of(3, 7));

  it('says what was compared with what', async () => {
    const score = await fidScore(generated, statistics(1, Float32Array.of(0, 2)));
    expect(score).toMatchObject({ name: 'FID-fashion', value: 18, n: 2, dim: 1, reference: 'train' });
    const unnamed = new FeatureStatistics(1, { extractor: 'fashion', layer: 'x' }).add(Float32Array.of(0, 2));
    expect((await fidScore(generated, unnamed)).reference).toBe('unnamed');
  });

  it('has the bias (2d + d(d+1)/2)/n for unit covariances and equal n', async () => {
    const d = 12;
    const covariance = Float64Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : 0));
    const unit = FeatureStatistics.fromMoments({ count: 500, mean: new Float64Array(d), covariance }, meta);
    const { bias } = await fidScore(unit, unit);
    expect([bias]).toBeAllClose([(2 * d + (d * (d + 1)) / 2) / 500], { rtol: 1e-12, atol: 0 });
  });

  it.each<[string, number[], number, number]>([
    ['unit covariances', new Array<number>(16).fill(1), 1000, 1000],
    ['a falling spectrum', Array.from({ length: 12 }, (_, i) => 2 ** (-i / 2)), 1500, 1500],
    ['other numbers of vectors', new Array<number>(10).fill(2), 500, 4000],
  ])('of two samples of one normal distribution is its bias on average: %s', async (_, deviations, n, m) => {
    // For unit covariances a score is roughly a sum of 168 squares of equal size: 11 % standard deviation, 1.4 % for the
    // mean of 60; with a falling spectrum fewer count, with 3 % for the mean of 120
    const repeats = 120;
    let [value, bias] = [0, 0];
    for (const pair of split(key(11), repeats)) {
      const [one, other] = split(pair);
      const samples = [normals(one, n, deviations), normals(other, m, deviations)];
      const score = await fidScore(
        statistics(deviations.length, samples[0]),
        statistics(deviations.length, samples[1]),
      );
      value += score.value / repeats;
      bias += score.bias / repeats;
    }
    expect([value]).toBeAllClose([bias], { rtol: 0.05, atol: 0 });
  });
});

describe('formatFid', () => {
  const score = { name: 'FID-fashion', value: 12.341, n: 2000, dim: 128, reference: 'train', bias: 0.1 };

  it('always tells n and the reference', () => {
    expect(formatFid(score)).toBe('FID-fashion 12.34 (n = 2000, reference: train)');
  });

  it('tells a bias that matters, and n that is too small', () => {
    expect(formatFid({ ...score, bias: 0.42 })).toBe(
      'FID-fashion 12.34 (n = 2000, reference: train; perfect samples would score about 0.42)',
    );
    expect(formatFid({ ...score, n: 128, bias: 9 })).toBe(
      'FID-fashion 12.34 (n = 128, reference: train; perfect samples would score about 9.00; n ≤ 128 features is too few)',
    );
  });
});

describe('fidInfinity', () => {
  const d = 8;
  const [n, m] = [2000, 40000];
  const unit = new Array<number>(d).fill(1);
  const rows = normals(key(1), n, unit);
  const reference = statistics(d, normals(key(2), m, unit));

  it('of equal distributions is near zero, where the score itself is its bias', async () => {
    const { value, slope, points } = await fidInfinity({ rows, meta }, reference, { key: key(3) });
    expect(points).toHaveLength(15);
    expect([points[0].n, points.at(-1)?.n]).toEqual([200, n]);
    const whole = await fidScore(statistics(d, rows), reference);
    expect(points.at(-1)?.value).toBeCloseTo(whole.value, 12); // another order of additions
    // a perfect line has the slope d + d(d+1)/4 = 26; the bias of the reference, 26/40000, stays
    expect(Math.abs(value)).toBeLessThan(whole.bias / 2);
    expect(slope).toBeGreaterThan(26 / 2);
    expect(slope).toBeLessThan(26 * 2);
  });

  it('depends on nothing but the key, and tells how far it is', async () => {
    const options = { key: key(4), sizes: 4, smallest: 50 };
    const first = await fidInfinity({ rows, meta }, reference, options);
    const fractions: number[] = [];
    const onProgress = (fraction: number) => fractions.push(fraction);
    expect(await fidInfinity({ rows, meta }, reference, { ...options, onProgress })).toEqual(first);
    expect(first.points.map((point) => point.n)).toEqual([50, 700, 1350, 2000]);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect((await fidInfinity({ rows, meta }, reference, { ...options, key: key(5) })).value).not.toBe(first.value);
  });

  it('refuses sizes without a line, parts of vectors, other extractors, and an abort', async () => {
    const run = (options: object, sample = rows, of = meta) =>
      fidInfinity({ rows: sample, meta: of }, reference, { key: key(1), ...options });
    await expect(run({ sizes: 1 })).rejects.toThrow(/sizes is 1/);
    await expect(run({ smallest: n })).rejects.toThrow(/smallest is 2000.*2…1999/);
    await expect(run({ smallest: 1 })).rejects.toThrow(RangeError);
    await expect(run({}, rows.subarray(1))).rejects.toThrow(/whole vectors/);
    await expect(run({}, rows, { ...meta, layer: 'y' })).rejects.toThrow(StatisticsError);
    await expect(run({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
