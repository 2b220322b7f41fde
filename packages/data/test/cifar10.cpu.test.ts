import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cifar10 } from '@diffgan/data';
import { FileFormatError } from '@diffgan/files';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diffgan-cifar-'));
  vi.stubEnv('DIFFGAN_DATA', '');
  vi.stubEnv('DIFFGAN_CACHE', join(folder, 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Records whose planes are filled with 3 · label + 0, 1, 2, except for a red pixel in row 1, column 2 of value 255. */
const records = (...labels: number[]) =>
  Uint8Array.from(labels.flatMap((label) => {
    const planes = [0, 1, 2].flatMap((c) => new Array<number>(1024).fill(3 * label + c));
    planes[32 + 2] = 255;
    return [label, ...planes];
  })); // prettier-ignore

async function put(where: string, contents: Record<string, Uint8Array>): Promise<void> {
  await mkdir(where, { recursive: true });
  for (const [name, bytes] of Object.entries(contents)) await writeFile(join(where, name), bytes);
}
const five = () =>
  Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`data_batch_${i}.bin`, records(i, 9 - i)] as [string, Uint8Array]));

describe('cifar10', () => {
  it('reads the five files of the training set, with colours last', async () => {
    await put(folder, five());
    const notes: string[] = [];
    const train = await cifar10({ dir: folder, onNote: (note) => notes.push(note) });
    expect(train).toMatchObject({ name: 'cifar10', split: 'train', count: 10, height: 32, width: 32, channels: 3 });
    expect(Array.from(train.labels!)).toEqual([1, 8, 2, 7, 3, 6, 4, 5, 5, 4]);
    expect(Array.from(train.images.subarray(0, 3))).toEqual([3, 4, 5]);
    expect(Array.from(train.images.subarray(3 * 34, 3 * 34 + 3))).toEqual([255, 4, 5]);
    expect(Array.from(train.images.subarray(3 * 1024, 3 * 1024 + 3))).toEqual([24, 25, 26]);
    expect(notes).toEqual([`CIFAR-10 (train) from ${folder}`]);
  });

  it('reads the test set, compressed, and keeps the first images of as many files as it needs', async () => {
    await put(folder, { 'test_batch.bin.gz': gzipSync(records(7, 8)) });
    expect(Array.from((await cifar10({ split: 'test', dir: folder })).labels!)).toEqual([7, 8]);
    await put(folder, { ...five(), 'data_batch_3.bin': Uint8Array.of(1) });
    const some = await cifar10({ dir: folder, limit: 3 });
    expect([some.count, Array.from(some.labels!)]).toEqual([3, [1, 8, 2]]);
  });

  it('looks in DIFFGAN_DATA with and without a subfolder, then in the cache', async () => {
    await put(join(folder, 'cache', 'cifar-10-batches-bin'), { 'test_batch.bin': records(1) });
    expect((await cifar10({ split: 'test' })).labels![0]).toBe(1);
    vi.stubEnv('DIFFGAN_DATA', folder);
    await put(folder, { 'test_batch.bin': records(2) });
    expect((await cifar10({ split: 'test' })).labels![0]).toBe(2);
    await put(join(folder, 'cifar-10-batches-bin'), { 'test_batch.bin': records(3) });
    expect((await cifar10({ split: 'test' })).labels![0]).toBe(3);
  });

  it('says what was looked for where, and where to get it', async () => {
    await put(folder, { 'data_batch_1.bin': records(1) });
    await expect(cifar10({ dir: folder })).rejects.toThrow(
      new RegExp(`no data_batch_1\\.bin, .* in ${folder}\\. Get cifar-10-binary\\.tar\\.gz`),
    );
  });

  it.each([
    ['a truncated file', records(1).subarray(0, 3000), /has 3000 bytes, not a whole number of records of 3073/],
    ['an empty file', new Uint8Array(0), /has 0 bytes/],
    ['a label above 9', records(1, 10), /label 10 of record 1/],
    ['broken compression', gzipSync(records(1)).subarray(0, 20), /broken gzip/],
  ])('refuses %s', async (_, bytes, message) => {
    await put(folder, { 'test_batch.bin': bytes });
    const reading = cifar10({ split: 'test', dir: folder });
    await expect(reading).rejects.toThrow(FileFormatError);
    await expect(reading).rejects.toThrow(message);
  });

  it('refuses unknown splits and limits, and stops at an abort', async () => {
    await expect(cifar10({ split: 'all' as 'test' })).rejects.toThrow(/split is 'all'/);
    await expect(cifar10({ limit: 0 })).rejects.toThrow(/limit is 0/);
    await put(folder, { 'test_batch.bin': records(1) });
    const aborted = cifar10({ split: 'test', dir: folder, signal: AbortSignal.abort() });
    await expect(aborted).rejects.toThrow(/abort/i);
  });
});
