import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sample } from '../src/commands/sample.ts';
import { sampleOptions } from '../src/sample/options.ts';
import { mergeSamples } from '../src/shards/merge-samples.ts';
import { batchesOfShard } from '../src/shards/shard.ts';
import { quiet } from './quiet.ts';

let home: string;
const at = (name: string) => join(home, name);
beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), 'diffgan-shards-'))));
afterAll(() => rm(home, { recursive: true }));

const { terminal } = quiet();
const flags = { from: 'shipped', count: 7, batch: 2, seed: 3, workers: 1, backend: 'wasm' };
const draw = (more: { shard?: string; format?: string; out: string; seed?: number }) =>
  sample(sampleOptions({ ...flags, ...more }), terminal, new AbortController().signal);

it('parts put together are the whole, to the bit', { timeout: 300_000 }, async () => {
  const whole = await draw({ format: 'npz', out: at('whole') });
  const parts = ['2/3', '3/3', '1/3'];
  for (const shard of parts) await draw({ shard, out: at(shard.replace('/', 'of')) });
  const folders = parts.map((shard) => at(shard.replace('/', 'of')));
  const merged = await mergeSamples(folders, at('all'), terminal);
  const bytes = (folder: string) => readFile(join(folder, 'samples.npz'));
  expect((await bytes(at('all'))).equals(await bytes(at('whole')))).toBe(true);
  expect(merged).toEqual({ ...whole, seconds: merged.seconds, folder: at('all') });

  await expect(mergeSamples(folders.slice(1), at('other'), terminal)).rejects.toThrow(/part 2 of 3 is missing/);
  await expect(mergeSamples([...folders, folders[0]], at('other'), terminal)).rejects.toThrow(
    /part 2 of 3 is there twice/,
  );
  await expect(mergeSamples([at('whole')], at('other'), terminal)).rejects.toThrow(/is no part of a set of samples/);
  await expect(mergeSamples([at('nothing')], at('other'), terminal)).rejects.toThrow(/has no samples/);
  const file = join(folders[0], 'sample.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"seed": 3', '"seed": 4'));
  await expect(mergeSamples(folders, at('other'), terminal)).rejects.toThrow(/are parts of different sets/);
});

it('every batch belongs to one part', () => {
  const of = 7;
  const ranges = Array.from({ length: of }, (_, i) => batchesOfShard(50, { index: i + 1, of }));
  expect(ranges[0][0]).toBe(0);
  expect(ranges.at(-1)![1]).toBe(50);
  ranges.slice(1).forEach(([from], i) => expect(from).toBe(ranges[i][1]));
  expect(() => batchesOfShard(3, { index: 1, of: 4 })).toThrow(/--shard is 1\/4, but there are 3 batches/);
});

it.each([
  [{ shard: '0/3' }, /--shard is 0\/3/],
  [{ shard: '4/3' }, /write which part of how many/],
  [{ shard: 'a' }, /such as 3\/8/],
  [{ shard: '1/2', format: 'png' }, /a --shard is written as npz/],
])('nonsense is refused: %j', (more, message) => {
  expect(() => sampleOptions({ ...flags, out: 'x', ...more })).toThrow(message);
});
