import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearLeftovers } from '../src/run/clear-leftovers.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-run-'));
});
afterEach(() => rm(home, { recursive: true }));

const gone = 2 ** 22 - 1; // more than any system gives out

it('removes what killed processes left half-written, and nothing else', async () => {
  await mkdir(join(home, 'checkpoint'));
  const kept = ['notes.tmp', 'a.12.tmp.txt', `result.json.${process.pid}-x1.tmp`, 'checkpoint'];
  for (const name of kept.slice(0, 3)) await writeFile(join(home, name), '');
  for (const name of [`a.npz.${gone}.tmp`, `b.${gone}-k3x.tmp`, `checkpoint/run.safetensors.${gone}-0.tmp`])
    await writeFile(join(home, name), '');
  expect(await clearLeftovers(home)).toBe(3);
  expect((await readdir(home)).sort()).toEqual([...kept].sort());
  expect(await readdir(join(home, 'checkpoint'))).toEqual([]);
});

it('finds nothing where there is no folder yet', async () => {
  expect(await clearLeftovers(join(home, 'none'))).toBe(0);
});
