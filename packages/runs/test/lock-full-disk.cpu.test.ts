import fs from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UsageError } from '../src/errors.ts';
import { lockRun } from '../src/run/lock-run.ts';

beforeEach(() => {
  const write = fs.writeFileSync;
  vi.spyOn(fs, 'writeFileSync').mockImplementation((path, _, options) => {
    write(path, '', options); // as a full disk does
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });
  syncBuiltinESMExports(); // for those who import the function by its name
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

it('names the lock and the way out on a full disk, and leaves no lock behind', async () => {
  const home = await mkdtemp(join(tmpdir(), 'diffgan-run-'));
  const lock = () => lockRun(join(home, 'run'));
  expect(lock).toThrow(UsageError);
  expect(lock).toThrow(/cannot write .*run\.lock: ENOSPC.*the disk is full: free some space.*--out/);
  expect(await readdir(home)).toEqual([]);
  await rm(home, { recursive: true });
});
