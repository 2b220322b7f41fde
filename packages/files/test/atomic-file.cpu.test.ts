import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AtomicFile, NpzWriter, writeAtomically } from '@diffgan/files';

/** What the system says instead of writing, once the disk holds so many bytes. */
const disk = { room: Infinity, code: 'ENOSPC' };

const { open } = fs;
const openOnDisk: typeof open = async (...args) => {
  const handle = await open(...args);
  const write = handle.write.bind(handle) as (bytes: Uint8Array, ...rest: unknown[]) => Promise<unknown>;
  const limited = (bytes: Uint8Array, offset: number, length: number, position: number) => {
    if (disk.room === 0)
      return Promise.reject(Object.assign(new Error(`${disk.code}: it is so, write`), { code: disk.code }));
    const written = Math.min(length, disk.room); // a disk that gets full takes a part
    disk.room -= written;
    return write(bytes, offset, written, position);
  };
  return Object.assign(handle, { write: limited });
};

let home: string;
beforeEach(async () => {
  vi.spyOn(process.getBuiltinModule('node:fs/promises'), 'open').mockImplementation(openOnDisk);
  home = await fs.mkdtemp(join(tmpdir(), 'diffgan-atomic-'));
});
afterEach(async () => {
  disk.room = Infinity;
  await fs.rm(home, { recursive: true });
});

it('is there when it is finished, and the old content until then', async () => {
  const path = join(home, 'a.csv');
  await writeAtomically(path, 'old');
  const file = await AtomicFile.create(path);
  await file.append('x,y\n');
  await file.append(Uint8Array.of(49, 44, 50));
  await file.write(Uint8Array.of(65), 0);
  await file.append('\n');
  expect(await fs.readFile(path, 'utf8')).toBe('old');
  await file.finish();
  expect(await fs.readFile(path, 'utf8')).toBe('A,y\n1,2\n');
  expect(await fs.readdir(home)).toEqual(['a.csv']);
});

const writers: [string, (path: string) => Promise<void>][] = [
  ['a whole file', (path) => writeAtomically(path, new Uint8Array(5000))],
  [
    'a file that grows',
    async (path) => {
      const file = await AtomicFile.create(path);
      for (let i = 0; i < 100; i++) await file.append('0.25,0.5\n');
      await file.finish();
    },
  ],
  [
    'arrays that grow',
    async (path) => {
      const file = await NpzWriter.create(path);
      for (let i = 0; i < 10; i++) await file.append('arr_0', { shape: [1, 90], data: new Uint8Array(90) });
      await file.finish();
    },
  ],
];

it.each(writers)('%s on a full disk names the file and the way out; what was there stays', async (_, write) => {
  const path = join(home, 'file');
  await writeAtomically(path, 'old');
  disk.room = 400;
  await expect(write(path)).rejects.toThrow(/cannot write .*file: ENOSPC.*the disk is full: free some space/);
  expect(await fs.readdir(home)).toEqual(['file']);
  expect(await fs.readFile(path, 'utf8')).toBe('old');
});

it.each([
  ['EDQUOT', /quota .* free some space/],
  ['EROFS', /read-only: write to another folder/],
  ['EACCES', /may not write there/],
])('%s has a way out, too', async (code, message) => {
  Object.assign(disk, { room: 0, code });
  await expect(writeAtomically(join(home, 'file'), 'x')).rejects.toThrow(message);
  disk.code = 'ENOSPC';
});
