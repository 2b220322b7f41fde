import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FeatureStatistics, StatisticsError } from '@diffgan/fid';
import { writeNpz } from '@diffgan/files';

const golden = (name: string) => new URL(`golden/${name}`, import.meta.url);
const ofNumpy = (name: string) => new URL(`../../files/test/golden/npz/${name}`, import.meta.url);
const mu = [0, 0.125, 0.25, 0.375, 0.5];
const sigma = Array.from({ length: 25 }, (_, i) => 0.25 + (i % 6 === 0 ? 1 + i / 6 : 0));
const meta = { extractor: 'pixels', layer: 'input', split: 'train', range: '[0, 255]', resize: 'none' };
const given = { meta, count: 10 };

describe('statistics in .npz files', () => {
  const statistics = () => new FeatureStatistics(3, meta).add(Float64Array.of(1, 2, 3, 4, 6, 9, 5, 5, 5, 0, 1, 0));

  it('are those that check-statistics-npz.py shows to numpy and pytorch-fid', async () => {
    const bytes = statistics().toNpz();
    expect(Buffer.from(bytes).equals(await readFile(golden('statistics.npz')))).toBe(true);
  });

  it('come back with their metadata', async () => {
    const back = await FeatureStatistics.fromNpz(statistics().toNpz());
    expect(back.meta).toEqual(meta);
    expect(back.count).toBe(4);
    expect(back.mean).toEqual(statistics().mean);
    expect(back.covariance()).toBeAllClose(statistics().covariance(), { rtol: 1e-15, atol: 0 });
  });

  it.each(['stored', 'float32', 'zip64'])('of pytorch-fid need to be told what they are: %s', async (name) => {
    await expect(FeatureStatistics.fromNpz(ofNumpy(`${name}.npz`))).rejects.toThrow(/does not tell which extractor/);
    const found = await FeatureStatistics.fromNpz(ofNumpy(`${name}.npz`), given);
    expect([...found.mean]).toEqual(mu);
    expect(found.covariance()).toBeAllClose(sigma, { rtol: 1e-15, atol: 0 });
    expect([found.count, found.meta]).toEqual([10, meta]);
  });

  it('must not be told to be something else', async () => {
    const bytes = statistics().toNpz();
    expect((await FeatureStatistics.fromNpz(bytes, { meta, count: 4 })).count).toBe(4);
    await expect(FeatureStatistics.fromNpz(bytes, { count: 5 })).rejects.toThrow(StatisticsError);
    await expect(FeatureStatistics.fromNpz(bytes, { meta: { ...meta, layer: 'pool3' } })).rejects.toThrow(
      /layer is "input", not "pool3"/,
    );
  });

  it('of other features than expected, or of far more than any extractor has, are refused before they are read', async () => {
    const dim = 5000;
    const large = writeNpz({ ...npz([0], [1]), sigma: { shape: [1, 1], data: Float64Array.of(1) } });
    await expect(FeatureStatistics.fromNpz(large, { ...given, dim: 2048 })).rejects.toThrow(
      /has statistics of 1 features, where 2048 are expected/,
    );
    const wide = writeNpz({
      mu: { shape: [dim], data: new Float32Array(dim) },
      sigma: { shape: [dim, dim], data: new Uint8Array(dim * dim) },
    });
    await expect(FeatureStatistics.fromNpz(wide, given)).rejects.toThrow(/5000 features, more than 4096. Pass `dim`/);
  });

  it('that cannot be read say why', async () => {
    await expect(FeatureStatistics.fromNpz(ofNumpy('objects.npz'), given)).rejects.toThrow(/sigma\.npy holds pickled/);
  });

  it.each([
    ['other arrays', { a: { shape: [1], data: Float64Array.of(1) } }, /holds a instead of mu and sigma/],
    ['shapes that do not fit', npz([0, 0], [1], [1, 1]), /shape \[2\] and sigma \[1,1\]/],
    ['what is not symmetric', npz([0, 0], [1, 0.5, 0.4, 1]), /element \[1, 0\] is 0.4/],
    ['numbers that are not finite', npz([0, NaN], [1, 0, 0, 1]), /finite/],
    ['a count that is none', { ...npz([0], [1]), n: { shape: [], data: Float64Array.of(1.5) } }, /n is 1.5/],
    ['metadata that is not JSON', { ...npz([0], [1]), meta: { shape: [1], data: Uint8Array.of(123) } }, /not JSON/],
    ['metadata of nothing', { ...npz([0], [1]), meta: { shape: [2], data: Uint8Array.of(123, 125) } }, /no extractor/],
  ])('refuse %s', async (_, arrays, message) => {
    await expect(FeatureStatistics.fromNpz(writeNpz(arrays), given)).rejects.toThrow(message);
  });

  function npz(mean: number[], covariance: number[], shape = [mean.length, mean.length]) {
    return {
      mu: { shape: [mean.length], data: Float64Array.from(mean) },
      sigma: { shape, data: Float64Array.from(covariance) },
    };
  }
});
