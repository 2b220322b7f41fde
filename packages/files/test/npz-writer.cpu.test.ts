import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NpzWriter, openNpz } from '@diffgan/files';

let home: string;
beforeAll(async () => (home = await mkdtemp(join(tmpdir(), 'diffgan-npz-'))));
afterAll(() => rm(home, { recursive: true }));

/** What a path holds in the end. */
async function contents(path: string) {
  const file = await openNpz(path);
  const arrays = await Promise.all(Object.keys(file.entries).map(async (name) => [name, await file.read(name)]));
  await file.close();
  return Object.fromEntries(arrays) as Record<string, { shape: number[]; data: ArrayLike<number> }>;
}

describe('NpzWriter', () => {
  it.each([
    [1, 1],
    [3, 1000],
    [64, 300],
  ])('writes %i pieces of up to %i rows that openNpz reads, check sums and all', async (pieces, most) => {
    const path = join(home, `${pieces}.npz`);
    const file = await NpzWriter.create(path);
    const all: number[] = [];
    for (let i = 0; i < pieces; i++) {
      const rows = 1 + ((i * 37) % most);
      const data = Uint8Array.from({ length: rows * 6 }, (_, j) => (i * 31 + j * 7) % 251);
      await file.append('arr_0', { shape: [rows, 3, 2], data });
      all.push(...data);
    }
    await file.append('arr_1', { shape: [2], data: BigInt64Array.of(5n, -1n) });
    expect(await readdir(home)).not.toContain(`${pieces}.npz`);
    await file.finish();
    const { arr_0, arr_1 } = await contents(path);
    expect(arr_0).toEqual({ shape: [all.length / 6, 3, 2], data: Uint8Array.from(all) });
    expect(arr_1).toEqual({ shape: [2], data: BigInt64Array.of(5n, -1n) });
  });

  it('refuses rows that do not belong together, and leaves nothing when given up', async () => {
    const path = join(home, 'never.npz');
    const file = await NpzWriter.create(path);
    await file.append('a', { shape: [1, 2], data: Float32Array.of(1, 2) });
    await expect(file.append('a', { shape: [1, 3], data: new Float32Array(3) })).rejects.toThrow(
      /a has rows of <f4 \[2\]/,
    );
    await expect(file.append('a', { shape: [2, 2], data: new Float32Array(3) })).rejects.toThrow(/do not fill/);
    await file.append('b', { shape: [1], data: Float32Array.of(1) });
    await expect(file.append('a', { shape: [1, 2], data: Float32Array.of(1, 2) })).rejects.toThrow(/has ended/);
    await file.discard();
    expect((await readdir(home)).filter((name) => name.startsWith('never'))).toEqual([]);
  });
});
