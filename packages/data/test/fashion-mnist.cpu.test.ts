import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fashionMnist } from '@diffgan/data';
import { FileFormatError } from '@diffgan/files';
import { downloadPinned } from '../src/download.ts';

const imageFile = (n: number, size: number) => {
  const bytes = new Uint8Array(16 + n * size * size).fill(9, 16);
  bytes.set([0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, size, 0, 0, 0, size]);
  return bytes;
};
const labelFile = (n: number) => Uint8Array.of(0, 0, 8, 1, 0, 0, 0, n, ...Array.from({ length: n }, (_, i) => i));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diffgan-data-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await rm(folder, { recursive: true });
});

async function put(where: string, images: Uint8Array, labels: Uint8Array): Promise<void> {
  await mkdir(where, { recursive: true });
  await writeFile(join(where, 't10k-images-idx3-ubyte.gz'), gzipSync(images));
  await writeFile(join(where, 't10k-labels-idx1-ubyte'), labels); // a plain file beside a compressed one
}

describe('fashionMnist', () => {
  it('reads a folder it is given, compressed or not', async () => {
    await put(folder, imageFile(3, 4), labelFile(3));
    const dataset = await fashionMnist({ split: 'test', dir: `${folder}/` });
    expect(dataset).toMatchObject({
      name: 'not-fashion-mnist',
      split: 'test',
      count: 3,
      height: 4,
      width: 4,
      channels: 1,
    });
    expect(Array.from(dataset.labels!)).toEqual([0, 1, 2]);
    expect(dataset.images).toEqual(new Uint8Array(48).fill(9));
  });

  it('keeps the first images and their labels, as a copy', async () => {
    await put(folder, imageFile(3, 4), labelFile(3));
    const dataset = await fashionMnist({ split: 'test', dir: folder, limit: 2 });
    expect([dataset.count, dataset.images.length, dataset.labels!.length]).toEqual([2, 32, 2]);
    expect(dataset.images.buffer.byteLength).toBe(32);
    expect((await fashionMnist({ split: 'test', dir: folder, limit: 99 })).count).toBe(3);
  });

  it('says what was looked for where when the given folder lacks it', async () => {
    await expect(fashionMnist({ dir: folder })).rejects.toThrow(
      `no train-images-idx3-ubyte[.gz] and train-labels-idx1-ubyte[.gz] in ${folder}`,
    );
  });

  it.each([
    ['a truncated image file', imageFile(3, 4).subarray(0, 60), labelFile(3), /t10k-images.*the file has 44/],
    ['labels of another length', imageFile(3, 4), labelFile(2), /\[3, 4, 4\].*\[2\]/],
    ['swapped files', labelFile(3), imageFile(3, 4), /do not belong together/],
  ])('refuses %s', async (_, images, labels, message) => {
    await put(folder, images, labels);
    const load = fashionMnist({ split: 'test', dir: folder });
    await expect(load).rejects.toThrow(FileFormatError);
    await expect(load).rejects.toThrow(message);
  });

  it('looks in DIFFGAN_DATA first, with or without a subfolder', async () => {
    vi.stubEnv('DIFFGAN_DATA', folder);
    const notes: string[] = [];
    await put(folder, imageFile(3, 4), labelFile(3));
    expect((await fashionMnist({ split: 'test', onNote: (note) => notes.push(note) })).count).toBe(3);
    await put(join(folder, 'fashion-mnist'), imageFile(5, 4), labelFile(5));
    expect((await fashionMnist({ split: 'test' })).count).toBe(5);
    expect(notes).toEqual([
      `Fashion-MNIST (test) from ${folder}`,
      expect.stringMatching(
        /holds other images than Fashion-MNIST, by their SHA-256; they are called not-fashion-mnist/,
      ),
    ]);
  });

  it('refuses a DIFFGAN_DATA that does not exist', async () => {
    vi.stubEnv('DIFFGAN_DATA', join(folder, 'nowhere'));
    await expect(fashionMnist({ split: 'test' })).rejects.toThrow(/DIFFGAN_DATA is .*nowhere, which does not exist/);
  });

  it('refuses unknown splits, limits below 1, and work after an abort', async () => {
    await expect(fashionMnist({ split: 'validation' as 'test' })).rejects.toThrow(/'train' or 'test'/);
    await expect(fashionMnist({ split: 'constructor' as 'test' })).rejects.toThrow(RangeError);
    await expect(fashionMnist({ limit: 0 })).rejects.toThrow(/limit is 0/);
    await expect(fashionMnist({ signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it.runIf(existsSync('/usr/share/datasets/fashion-mnist'))('finds the real data of the system', async () => {
    vi.stubEnv('DIFFGAN_DATA', '');
    const test = await fashionMnist({ split: 'test' });
    expect([test.count, test.height, test.width]).toEqual([10000, 28, 28]);
    const perClass = new Array<number>(10).fill(0);
    test.labels!.forEach((label) => perClass[label]++);
    expect(perClass).toEqual(new Array(10).fill(1000));
  });
});

describe('downloadPinned', () => {
  const payload = labelFile(9);
  const file = { name: 'labels', bytes: payload.length, sha256: createHash('sha256').update(payload).digest('hex') };
  const serve = (answers: Record<string, () => Response>) =>
    vi.stubGlobal('fetch', (url: string) => Promise.resolve(answers[url]?.() ?? new Response('', { status: 404 })));

  it('takes the first mirror with the right contents and passes over others', async () => {
    const packed = gzipSync(payload);
    const wrong = payload.slice().fill(1);
    serve({
      'https://b/labels.gz': () => new Response(gzipSync(wrong)),
      'https://c/labels.gz': () => new Response(packed.subarray(0, 20)),
      'https://d/labels.gz': () => new Response(packed),
    });
    const notes: string[] = [];
    const mirrors = ['https://a', 'https://b', 'https://c', 'https://d', 'https://e'];
    const download = await downloadPinned(file, { mirrors, onNote: (note) => notes.push(note) });
    expect(download.payload).toEqual(payload);
    expect(download.packed).toEqual(new Uint8Array(packed));
    expect(notes.at(-1)).toBe('downloading https://d/labels.gz');
  });

  it('accepts contents that the server unpacked on the way', async () => {
    serve({ 'https://a/labels.gz': () => new Response(payload) });
    expect((await downloadPinned(file, { mirrors: ['https://a'] })).payload).toEqual(payload);
  });

  it('reports every mirror and what to do when none works', async () => {
    serve({});
    const download = downloadPinned(file, { mirrors: ['https://a', 'https://b'] });
    await expect(download).rejects.toThrow(/https:\/\/a\/labels\.gz.*404[^]*https:\/\/b\/labels\.gz/);
    await expect(download).rejects.toThrow(/`dir`/);
  });

  it('stops at an abort instead of trying the next mirror', async () => {
    const asked = vi.fn(() => Promise.reject(new DOMException('aborted', 'AbortError')));
    vi.stubGlobal('fetch', asked);
    const controller = new AbortController();
    const download = downloadPinned(file, {
      mirrors: ['https://a', 'https://b'],
      onNote: () => controller.abort(),
      signal: controller.signal,
    });
    await expect(download).rejects.toThrow(/abort/i);
    expect(asked.mock.calls.length).toBeLessThan(2);
  });
});
