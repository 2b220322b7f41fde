import { expect, it } from 'vitest';
import { FeatureStatistics, frechetDistance } from '@diffgan/fid';
import { key, normalArray } from '@diffgan/ops';

// What depends on the engine rather than on the backend: WebAssembly compiled where it is needed.

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
