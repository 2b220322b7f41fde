import { key, normalArray } from '@diffgan/ops';
import { expect, it } from 'vitest';
import { FeatureStatistics, frechetDistance, openNpz } from '@diffgan/fid';

// What depends on the engine rather than on the backend: WebAssembly compiled where it is needed, streams that unpack.

const meta = { extractor: 'test', layer: 'none' };

it('the WebAssembly module computes statistics and distances', async () => {
  const rows = normalArray(key(1), 40 * 10);
  const a = new FeatureStatistics(10, meta).add(rows);
  const b = new FeatureStatistics(10, meta).add(rows.map((value) => 2 * value)); // exact in float32
  const covariance = a.covariance();
  let expected = 0;
  a.mean.forEach((mean, i) => (expected += mean * mean + covariance[11 * i]));
  expect([await frechetDistance(a, b)]).toBeAllClose([expected], { rtol: 1e-12, atol: 0 });
  expect(await frechetDistance(a, await FeatureStatistics.fromNpz(a.toNpz()))).toBeLessThan(1e-12);
});

it('deflated files of numpy are unpacked', async () => {
  // test/golden/npz/deflated.npz
  const base64 =
    'UEsDBC0AAAAIAAAAIQAWFBh///////////8GABQAbXUubnB5AQAQAKgAAAAAAAAAUgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqmOpo6CrUKFAAuBhRwwB5CX4DSN6D0A3sAUEsDBC0AAAAIAAAAIQBmpKgc//////////8JABQAc2lnbWEubnB5AQAQAEgBAAAAAAAAXQAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqmOgqmmjoKtQpkAy4GMPhiD6EvEEkzOZCmnotE9YIkqhd1AABQSwECLQMtAAAACAAAACEAFhQYf1IAAACoAAAABgAAAAAAAAAAAAAAgAEAAAAAbXUubnB5UEsBAi0DLQAAAAgAAAAhAGakqBxdAAAASAEAAAkAAAAAAAAAAAAAAIABigAAAHNpZ21hLm5weVBLBQYAAAAAAgACAGsAAAAiAQAAAAA=';
  const file = await openNpz(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  expect((await file.read('mu')).data).toEqual(Float64Array.of(0, 0.125, 0.25, 0.375, 0.5));
  await file.close();
});
