import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UsageError } from '../src/errors.ts';
import { lockRun } from '../src/run/lock-run.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-run-'));
});
afterEach(() => rm(home, { recursive: true }));

it('refuses a folder in which somebody works, and says who; leaves nothing behind', async () => {
  const folder = join(home, 'run');
  const lock = lockRun(folder);
  expect(() => lockRun(folder)).toThrow(UsageError);
  expect(() => lockRun(folder)).toThrow(new RegExp(`in use by process ${process.pid} on .* since .*--out`));
  lockRun(join(home, 'another')).release();
  lock.release();
  expect(await readdir(home)).toEqual([]);
});

it('says what to do where no folder can be', async () => {
  const file = join(home, 'file');
  await writeFile(file, '');
  expect(() => lockRun(join(file, 'run'))).toThrow(UsageError);
  expect(() => lockRun(join(file, 'run'))).toThrow(/cannot write to .*run: .*--out/);
});

it('takes over the lock of a process that was killed', async () => {
  const folder = join(home, 'run');
  await writeFile(`${folder}.lock`, JSON.stringify({ pid: 2 ** 22 - 1, host: hostname() }));
  lockRun(folder).release();
  expect(await readdir(home)).toEqual([]);
});
