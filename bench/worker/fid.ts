import { readFileSync } from 'node:fs';
import { FeatureStatistics, frechetDistance } from '@diffgan/fid';
import { readSafetensors } from '@diffgan/files';
import type { Requests } from '../protocol.ts';

type Fid = Requests['fid'];

const batch = 100; // as features come from a network

/** Statistics and distance of the features in a file. */
export async function fid({ features, warmUp }: Fid[0]): Promise<Fid[1]> {
  const { real, fake } = readSafetensors(readFileSync(features)).tensors;
  const begin = performance.now();
  const [a, b] = [real, fake].map(({ shape, data }) =>
    statisticsOf((data as Float32Array).subarray(0, warmUp ? 300 * shape[1] : undefined), shape[1]),
  );
  const middle = performance.now();
  const value = await frechetDistance(a, b);
  const end = performance.now();
  return { statisticsMs: middle - begin, distanceMs: end - middle, value, version: 'diffgan' };
}

function statisticsOf(rows: Float32Array, dim: number): FeatureStatistics {
  const statistics = new FeatureStatistics(dim, { extractor: 'bench', layer: 'none' });
  for (let at = 0; at < rows.length; at += batch * dim) statistics.add(rows.subarray(at, at + batch * dim));
  statistics.covariance(); // vectors that wait are multiplied now
  return statistics;
}
