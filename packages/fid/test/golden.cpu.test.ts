import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { FeatureStatistics, frechetDistance } from '@diffgan/fid';

interface Case {
  name: string;
  dim: number;
  a: number[];
  b: number[];
  distance: number;
}

const { cases } = JSON.parse(await readFile(new URL('golden/fid.json', import.meta.url), 'utf8')) as { cases: Case[] };

it.each(cases)('equals numpy and scipy: $name', async ({ dim, a, b, distance }) => {
  const [real, fake] = [a, b].map((values) =>
    new FeatureStatistics(dim, { extractor: 'golden', layer: 'none' }).add(Float64Array.from(values)),
  );
  // What cancels is of the size of the traces and of the squared mean difference; both stay below 100 in the file
  expect([await frechetDistance(real, fake)]).toBeAllClose([distance], { rtol: 1e-8, atol: 1e-11 });
});
