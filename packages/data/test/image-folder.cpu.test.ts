import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageFolder, imageGrid } from '@diffgan/data';
import { FileFormatError, readBytes } from '@diffgan/files';
import { readPng } from '../src/read-png.ts';
import { pngFile, type PngParts } from './png-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diffgan-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const grey = (...samples: number[]) => pngFile({ width: 2, height: 1, colour: 0, samples });
const put = async (name: string, bytes: Uint8Array) => {
  await mkdir(join(folder, name, '..'), { recursive: true });
  await writeFile(join(folder, name), bytes);
};

describe('imageFolder', () => {
  it('reads the files in the order of their names', async () => {
    await put('b.png', grey(3, 4));
    await put('B.PNG', grey(1, 2));
    await put('notes.txt', grey(9, 9));
    const dataset = await imageFolder(folder);
    expect(dataset).toMatchObject({
      name: basename(folder),
      split: 'train',
      count: 2,
      height: 1,
      width: 2,
      channels: 1,
    });
    expect(Array.from(dataset.images)).toEqual([1, 2, 3, 4]);
    expect([dataset.labels, dataset.classes]).toEqual([undefined, undefined]);
  });

  it('takes sub-folders for classes, and leaves out those without images', async () => {
    await put('rose/0.png', grey(5, 6));
    await put('daisy/1.png', grey(3, 4));
    await put('daisy/0.png', grey(1, 2));
    await put('empty/readme.md', new Uint8Array(0));
    const dataset = await imageFolder(folder, { name: 'flowers', split: 'test' });
    expect(dataset).toMatchObject({ name: 'flowers', split: 'test', count: 3, classes: ['daisy', 'rose'] });
    expect(Array.from(dataset.images)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(dataset.labels).toEqual(Uint8Array.of(0, 0, 1));
  });

  it('makes grey images RGB where others are', async () => {
    await put('0.png', grey(7, 8));
    await put('1.png', pngFile({ width: 2, height: 1, colour: 2, samples: [1, 2, 3, 4, 5, 6] }));
    const dataset = await imageFolder(folder);
    expect(dataset.channels).toBe(3);
    expect(Array.from(dataset.images)).toEqual([7, 7, 7, 8, 8, 8, 1, 2, 3, 4, 5, 6]);
  });

  it('takes the middle square of each image at the size that is asked for', async () => {
    await put('0.png', pngFile({ width: 6, height: 2, colour: 0, samples: [9, 9, 1, 2, 9, 9, 9, 9, 3, 6, 9, 9] }));
    await put('1.png', pngFile({ width: 1, height: 1, colour: 2, samples: [100, 200, 50] }));
    const one = await imageFolder(folder, { size: 1, channels: 1 });
    expect(Array.from(one.images)).toEqual([3, Math.round(0.299 * 100 + 0.587 * 200 + 0.114 * 50)]);
    const two = await imageFolder(folder, { size: 2, channels: 3, limit: 1 });
    expect(two).toMatchObject({ height: 2, width: 2, channels: 3 });
    expect(Array.from(two.images)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 6, 6, 6]);
  });

  it('averages over the parts of pixels that a smaller or larger one covers', async () => {
    await put('0.png', pngFile({ width: 3, height: 3, colour: 0, samples: [0, 30, 60, 0, 30, 60, 0, 30, 60] }));
    expect(Array.from((await imageFolder(folder, { size: 2 })).images)).toEqual([10, 50, 10, 50]);
    expect(Array.from((await imageFolder(folder, { size: 6 })).images).slice(0, 6)).toEqual([0, 0, 30, 30, 60, 60]);
  });

  it.each([{ size: 0 }, { size: 1.5 }, { channels: 2 as 3 }])('refuses %o', async (options) => {
    await put('0.png', grey(1, 2));
    await expect(imageFolder(folder, options)).rejects.toThrow(RangeError);
  });

  it('stops at a limit, tells its progress and can be aborted', async () => {
    for (const i of [0, 1, 2]) await put(`${i}.png`, grey(i, i));
    const told: number[][] = [];
    const dataset = await imageFolder(folder, { limit: 2, onProgress: (...numbers) => told.push(numbers) });
    expect([dataset.count, told]).toEqual([2, [[1, 2], [2, 2]]]); // prettier-ignore
    await expect(imageFolder(folder, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it('reads what imageGrid wrote', async () => {
    const data = Float32Array.from({ length: 12 }, (_, i) => (2 * 20 * i) / 255 - 1);
    await put('grid.png', await imageGrid({ data, shape: [1, 2, 2, 3] }));
    expect(Array.from((await imageFolder(folder)).images)).toEqual(Array.from({ length: 12 }, (_, i) => 20 * i));
  });

  it('refuses other sizes, other formats, and files beside classes', async () => {
    await expect(imageFolder(folder)).rejects.toThrow(/no \.png in .*Only PNG/);
    await put('0.png', grey(1, 2));
    await put('1.png', pngFile({ width: 1, height: 2, colour: 0, samples: [1, 2] }));
    await expect(imageFolder(folder)).rejects.toThrow(/1\.png has 1 × 2 pixels, the first file 2 × 1/);
    await put('a/0.png', grey(1, 2));
    await expect(imageFolder(folder)).rejects.toThrow(/beside sub-folders/);
    await expect(imageFolder(folder, { limit: 0 })).rejects.toThrow(/limit is 0/);
  });
});

describe('readPng', () => {
  const ramp = (count: number, depth: number) => Array.from({ length: count }, (_, i) => (i * 37) % 2 ** depth);
  const read = (parts: PngParts, maxPixels = 1000) => readPng(pngFile(parts), 'a.png', maxPixels);
  const scaled = (samples: readonly number[], depth: number) =>
    samples.map((v) => Math.round((255 * v) / (2 ** depth - 1)));

  it.each([1, 2, 4, 8, 16])('reads grey of %i bits, and interlaced from 8 bits on', async (depth) => {
    const samples = ramp(9 * 10, depth);
    for (const interlaced of depth < 8 ? [false] : [false, true]) {
      const image = await read({ width: 9, height: 10, colour: 0, depth, samples, interlaced });
      expect(image).toMatchObject({ width: 9, height: 10, channels: 1 });
      expect(Array.from(image.data)).toEqual(scaled(samples, depth));
    }
  });

  it.each([8, 16])('reads RGB of %i bits, and with an alpha channel that hides nothing', async (depth) => {
    const samples = ramp(3 * 25, depth);
    const withAlpha = samples.flatMap((v, i) => (i % 3 === 2 ? [v, 2 ** depth - 1] : [v]));
    for (const interlaced of [false, true]) {
      const size = { width: 5, height: 5, depth, interlaced };
      expect(Array.from((await read({ ...size, colour: 2, samples })).data)).toEqual(scaled(samples, depth));
      const { data, channels } = await read({ ...size, colour: 6, samples: withAlpha });
      expect([channels, Array.from(data)]).toEqual([3, scaled(samples, depth)]);
    }
    const greyAlpha = await read({ width: 1, height: 2, colour: 4, depth, samples: [1, 2, 7, 2].map((v, i) => (i % 2 ? 2 ** depth - 1 : v)) }); // prettier-ignore
    expect([greyAlpha.channels, Array.from(greyAlpha.data)]).toEqual([1, scaled([1, 7], depth)]);
  });

  const palette = Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120);
  it.each([2, 4, 8])('reads palettes of %i bits', async (depth) => {
    const samples = [0, 3, 1, 2, 2, 0];
    const chunks = [['PLTE', palette] as const, ['tRNS', Uint8Array.of(255, 255)] as const];
    const { data, channels } = await read({ width: 3, height: 2, colour: 3, depth, samples, chunks });
    expect(channels).toBe(3);
    expect(Array.from(data)).toEqual(samples.flatMap((i) => Array.from(palette.subarray(3 * i, 3 * i + 3))));
  });

  it('undoes the filters of rows', async () => {
    const file = await readBytes(new URL('golden/filtered.png', import.meta.url));
    const { data } = await readPng(file, 'filtered.png', 1000);
    const expected = Array.from({ length: 20 * 24 * 3 }, (_, at) => {
      const [y, x, c] = [Math.floor(at / 72), Math.floor(at / 3) % 24, at % 3];
      return (Math.floor((x * x + 5 * x * y + 11 * y * y) / 7) + 40 * c) % 256;
    });
    expect(Array.from(data)).toEqual(expected);
  });

  it('leaves profiles, texts and hints for old displays packed', async () => {
    const bomb = deflateSync(new Uint8Array(1e6));
    const chunks = [['iCCP', bomb] as const, ['zTXt', bomb] as const, ['PLTE', palette] as const];
    const { data } = await read({ width: 1, height: 1, colour: 2, samples: [1, 2, 3], chunks });
    expect(Array.from(data)).toEqual([1, 2, 3]);
  });

  const one: PngParts = { width: 1, height: 1, colour: 0, samples: [5] };
  const large = (width: number, height: number) => ({ ...one, width, height, pixels: new Uint8Array(4) });
  it.each([
    ['a size that would fill the memory', large(2 ** 31 - 1, 2 ** 31 - 1), /more than the 1000 allowed/],
    ['no pixels', large(0, 5), /size is 0 × 5/],
    [
      'pixels that unpack to more than the size',
      { ...one, pixels: deflateSync(new Uint8Array(1e6)) },
      /unpack to more/,
    ],
    [
      'too few pixels',
      { ...one, width: 20, pixels: deflateSync(new Uint8Array(20)) },
      /unpack to 20 bytes instead of 21/,
    ],
    ['broken pixels', { ...one, pixels: Uint8Array.of(1, 2, 3) }, /are broken instead of 2/],
    ['an unknown filter', { ...one, pixels: deflateSync(Uint8Array.of(9, 5)) }, /a\.png: /],
    [
      'a depth that its colours do not have',
      { ...one, colour: 2, depth: 4, samples: [1, 2, 3] },
      /colour type 2 has no/,
    ],
    ['no palette', { ...one, colour: 3 }, /0 palettes/],
    ['an index beyond its palette', { ...one, colour: 3, chunks: [['PLTE', Uint8Array.of(1, 2, 3)]] }, /a\.png: /],
    ['an empty palette', { ...one, colour: 3, chunks: [['PLTE', new Uint8Array(0)]] }, /a\.png: /],
    ['transparent pixels', { ...one, colour: 4, samples: [5, 254] }, /pixel 0 is transparent/],
    ['a transparent colour', { ...one, chunks: [['tRNS', Uint8Array.of(0, 5)]] }, /one colour is transparent/],
    ['interlacing of few bits', { ...one, depth: 4, interlaced: true }, /interlaced images of 4 bits/],
    ['two headers', { ...one, chunks: [['IHDR', new Uint8Array(13)]] }, /header is not the first chunk/],
  ] as [string, PngParts, RegExp][])('refuses %s', async (_, parts, message) => {
    const reading = read(parts);
    await expect(reading).rejects.toThrow(FileFormatError);
    await expect(reading).rejects.toThrow(message);
  });

  it('refuses every truncation and every flipped bit of a file, or reads it as it was', async () => {
    const file = pngFile({ width: 3, height: 3, colour: 0, samples: ramp(9, 8) });
    for (let length = 0; length < file.length; length++)
      await expect(readPng(file.subarray(0, length), 'a.png', 1000)).rejects.toThrow(FileFormatError);
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const bytes = file.slice();
      bytes[bit >> 3] ^= 1 << (bit & 7);
      await expect(readPng(bytes, 'a.png', 1000)).rejects.toThrow(FileFormatError);
    }
  });
});
