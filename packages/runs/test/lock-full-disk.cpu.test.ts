import type * as fs from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { UsageError } from '../src/errors.ts';
import { lockRun } from '../src/run/lock-run.ts';

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const writeFileSync = (path: string, _: string, options: fs.WriteFileOptions) => {
    real.writeFileSync(path, '', options); // as a full disk does
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  return { ...real, writeFileSync };
});

it('names the lock and the way out on a full disk, and leaves no lock behind', async () => {
  const home = await mkdtemp(join(tmpdir(), 'diffgan-run-'));
  const lock = () => lockRun(join(home, 'run'));
  expect(lock).toThrow(UsageError);
  expect(lock).toThrow(/cannot write .*run\.lock: ENOSPC.*the disk is full: free some space.*--out/);
  expect(await readdir(home)).toEqual([]);
  await rm(home, { recursive: true });
});
