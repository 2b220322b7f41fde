import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageFolder, imageGrid } from '@diffgan/data';
import { FileFormatError, readBytes } from '@diffgan/files';
import { key } from '@diffgan/ops';
import { readImage } from '../src/read-image.ts';
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
    await expect(imageFolder(folder)).rejects.toThrow(/no \.png or \.jpg in .*Only PNG and JPEG/);
    await put('0.png', grey(1, 2));
    await put('1.png', pngFile({ width: 1, height: 2, colour: 0, samples: [1, 2] }));
    await expect(imageFolder(folder)).rejects.toThrow(/1\.png has 1 × 2 pixels, the first file 2 × 1/);
    await put('a/0.png', grey(1, 2));
    await expect(imageFolder(folder)).rejects.toThrow(/beside sub-folders/);
    await expect(imageFolder(folder, { limit: 0 })).rejects.toThrow(/limit is 0/);
  });
});

describe('what lies in folders besides images', () => {
  it('passes hidden names over, and those that archives and systems leave behind', async () => {
    for (const name of [
      'cat/0.png',
      'dog/0.png',
      '.ipynb_checkpoints/0-checkpoint.png',
      '__MACOSX/0.png',
      'cat/._0.png',
    ])
      await put(name, grey(1, 2));
    await put('Thumbs.db', new Uint8Array(3));
    const notes: string[] = [];
    const { classes, labels } = await imageFolder(folder, { onNote: (note) => notes.push(note) });
    expect([classes, labels, notes]).toEqual([['cat', 'dog'], Uint8Array.of(0, 1), []]);
  });

  it('tells what is left out: other kinds, deeper folders, folders without images, links to nothing', async () => {
    await put('cat/0.png', grey(1, 2));
    await put('cat/1.webp', grey(1, 2));
    await put('cat/deep/0.png', grey(1, 2));
    await put('dog/0.gif', grey(1, 2));
    await symlink(join(folder, 'nowhere.png'), join(folder, 'cat', '2.png'));
    const notes: string[] = [];
    const { count } = await imageFolder(folder, { onNote: (note) => notes.push(note) });
    expect(count).toBe(1);
    expect(notes).toHaveLength(1);
    for (const what of ['1 files of other kinds (.webp)', '1 deeper folders', '(.gif)', '(dog)', '1 links to nothing'])
      expect(notes[0]).toContain(what);
  });

  it('a limit takes some of every class, the same by the same key', async () => {
    for (const name of ['a', 'b', 'c']) for (const i of [0, 1, 2, 3, 4, 5]) await put(`${name}/${i}.png`, grey(i, i));
    const of = async (options: object) => {
      const { labels, images } = await imageFolder(folder, options);
      return { labels: [...labels!], images: [...images] };
    };
    const five = await of({ limit: 5 });
    expect(five.labels).toEqual([0, 0, 1, 1, 2]);
    expect(await of({ limit: 5, key: key(0) })).toEqual(five);
    expect((await of({ limit: 5, key: key(1) })).images).not.toEqual(five.images);
    expect((await of({ limit: 3 })).labels).toEqual([0, 1, 2]);
  });

  it('a small class keeps an image beside a large one', async () => {
    await put('rare/0.png', grey(1, 1));
    for (let i = 10; i < 40; i++) await put(`usual/${i}.png`, grey(2, 2));
    expect((await imageFolder(folder, { limit: 4 })).labels).toEqual(Uint8Array.of(0, 1, 1, 1));
  });

  it('names the folder that is not there', async () => {
    await expect(imageFolder(join(folder, 'none'))).rejects.toThrow(/there is no folder ".*none"\. Give/);
    await expect(imageFolder('')).rejects.toThrow(/there is no folder ""/);
  });

  it.skipIf(process.platform === 'win32')('refuses a named pipe instead of waiting for it', async () => {
    await put('0.png', grey(1, 2));
    execFileSync('mkfifo', [join(folder, 'a.png')]);
    await expect(imageFolder(folder)).rejects.toThrow(/a\.png: it is not a file but a folder, a pipe or a device/);
  });

  it('escapes the names of files in messages', async () => {
    await put('\u001b[31m.png', Uint8Array.of(1));
    const message = await imageFolder(folder).catch((error: Error) => error.message);
    expect(message).toContain('\\u001b[31m.png');
    expect(message).not.toContain('\u001b');
  });

  it('makes images of other proportions', async () => {
    await put('0.png', pngFile({ width: 6, height: 2, colour: 0, samples: [9, 1, 2, 3, 4, 9, 9, 5, 6, 7, 8, 9] }));
    const wide = await imageFolder(folder, { size: [1, 2] });
    expect(wide).toMatchObject({ height: 1, width: 2 });
    expect([...wide.images]).toEqual([Math.round((1 + 2 + 5 + 6) / 4), Math.round((3 + 4 + 7 + 8) / 4)]);
  });
});

describe('JPEG', () => {
  const golden = (name: string) => readFile(new URL(`golden/${name}`, import.meta.url));
  const readGolden = async (name: string) => readImage(await golden(`jpeg/${name}.jpg`), { name, maxPixels: 1000 });

  it.each(['baseline', 'progressive', 'grey', 'turned-3', 'turned-6', 'turned-8'])(
    'is read as Pillow reads it, to the bit: %s',
    async (name) => {
      const all = JSON.parse(String(await golden('jpeg.json'))) as Record<
        string,
        { height: number; width: number; data: number[] }
      >;
      const { data, ...expected } = all[`${name}.jpg`];
      const image = await readGolden(name);
      expect(image).toMatchObject({ ...expected, channels: name === 'grey' ? 1 : 3 });
      expect([...image.data]).toEqual(data);
    },
  );

  it('of inks is refused by name, and of more pixels than allowed', async () => {
    await expect(readGolden('inks')).rejects.toThrow(/4 components, such as inks/);
    const reading = readImage(await golden('jpeg/grey.jpg'), { name: 'a.jpg', maxPixels: 153 });
    await expect(reading).rejects.toThrow(/14 × 11 pixels are more than the 153 allowed/);
  });

  it('is refused where it is cut, and the next one is read', async () => {
    const file = await golden('jpeg/progressive.jpg');
    for (const length of [3, 20, 150, 300, file.length - 1])
      await expect(readImage(file.subarray(0, length), { name: 'cut.jpg', maxPixels: 1000 })).rejects.toThrow(
        FileFormatError,
      );
    expect(await readGolden('grey')).toMatchObject({ width: 14, height: 11 });
  });

  it('is told from those that are read at the same time', async () => {
    const damaged = (await golden('jpeg/progressive.jpg')).subarray(0, 300);
    const reads = Array.from({ length: 9 }, (_, i) =>
      i % 3 === 1 ? readImage(damaged, { name: 'cut.jpg', maxPixels: 1000 }) : readGolden('grey'),
    );
    const ends = await Promise.allSettled(reads);
    expect(ends.map(({ status }) => status)).toEqual(ends.map((_, i) => (i % 3 === 1 ? 'rejected' : 'fulfilled')));
  });

  it('stands beside PNG in a folder', async () => {
    await put('0.JPEG', await golden('jpeg/grey.jpg'));
    await put('1.png', grey(1, 2));
    expect((await imageFolder(folder, { size: 2 })).count).toBe(2);
  });
});

describe('transparency', () => {
  const clear = (background?: 'white' | 'black' | [number, number, number]) => (parts: PngParts) =>
    readPng(pngFile(parts), { name: 'a.png', maxPixels: 1000, background });

  it('is laid on the background', async () => {
    const parts: PngParts = { width: 2, height: 1, colour: 6, samples: [10, 20, 30, 255, 10, 20, 30, 51] };
    expect([...(await clear('white')(parts)).data]).toEqual([10, 20, 30, 206, 208, 210]);
    expect([...(await clear('black')(parts)).data]).toEqual([10, 20, 30, 2, 4, 6]);
    expect([...(await clear([255, 0, 5])(parts)).data]).toEqual([10, 20, 30, 206, 4, 10]);
  });

  it('of grey images stays grey on grey, and becomes colour on a colour', async () => {
    const parts: PngParts = { width: 2, height: 1, colour: 4, samples: [10, 255, 10, 0] };
    expect(await clear('white')(parts)).toMatchObject({ channels: 1, data: Uint8Array.of(10, 255) });
    expect(await clear([1, 2, 3])(parts)).toMatchObject({ channels: 3, data: Uint8Array.of(10, 10, 10, 1, 2, 3) });
  });

  it.each([
    [0, 8, [5, 6], [0, 7]],
    [0, 2, [1, 2], [0, 3]],
    [0, 16, [5, 6], [0, 7]],
    [2, 8, [1, 2, 3, 4, 5, 6, 1, 2, 5], [0, 1, 0, 2, 0, 4]],
  ] as const)(
    'a transparent colour that no pixel has hides nothing: type %i of %i bits',
    async (colour, depth, samples, hole) => {
      const chunks = [['tRNS', Uint8Array.from(hole)] as const];
      const width = samples.length / (colour === 2 ? 3 : 1);
      const parts = { width, height: 1, colour, depth, samples };
      expect(await clear()({ ...parts, chunks })).toEqual(await clear()(parts));
    },
  );

  it('a transparent colour that a pixel has is laid on the background', async () => {
    const parts: PngParts = { width: 3, height: 1, colour: 2, samples: [1, 2, 3, 1, 2, 4, 7, 8, 9], chunks: [['tRNS', Uint8Array.of(0, 1, 0, 2, 0, 3)]] }; // prettier-ignore
    expect([...(await clear('white')(parts)).data]).toEqual([255, 255, 255, 1, 2, 4, 7, 8, 9]);
    await expect(clear()(parts)).rejects.toThrow(/pixel 0 is transparent\. Say what lies behind/);
  });
});

describe('readPng', () => {
  const ramp = (count: number, depth: number) => Array.from({ length: count }, (_, i) => (i * 37) % 2 ** depth);
  const read = (parts: PngParts, maxPixels = 1000) => readPng(pngFile(parts), { name: 'a.png', maxPixels });
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
    const { data } = await readPng(file, { name: 'filtered.png', maxPixels: 1000 });
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
    ['a transparent colour', { ...one, chunks: [['tRNS', Uint8Array.of(0, 5)]] }, /pixel 0 is transparent/],
    ['interlacing of few bits', { ...one, depth: 4, interlaced: true }, /interlaced images of 4 bits/],
    ['two headers', { ...one, chunks: [['IHDR', new Uint8Array(13)]] }, /header is not the first chunk/],
  ] as [string, PngParts, RegExp][])('refuses %s', async (_, parts, message) => {
    const reading = read(parts);
    await expect(reading).rejects.toThrow(FileFormatError);
    await expect(reading).rejects.toThrow(message);
  });

  it('refuses more chunks than any program writes, in time that grows with the file', async () => {
    const file = pngFile({ width: 1, height: 1, colour: 0, samples: [5] });
    const empty = Buffer.from('000000004944415435af061e', 'hex'); // an IDAT without bytes
    const chunks = Buffer.alloc(12 * 70_000, empty);
    const bytes = Buffer.concat([file.subarray(0, 33), chunks, file.subarray(33)]);
    await expect(readPng(bytes, { name: 'a.png', maxPixels: 1000 })).rejects.toThrow(/more than 65536 chunks/);
  });

  it('refuses every truncation and every flipped bit of a file, or reads it as it was', async () => {
    const file = pngFile({ width: 3, height: 3, colour: 0, samples: ramp(9, 8) });
    for (let length = 0; length < file.length; length++)
      await expect(readPng(file.subarray(0, length), { name: 'a.png', maxPixels: 1000 })).rejects.toThrow(
        FileFormatError,
      );
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const bytes = file.slice();
      bytes[bit >> 3] ^= 1 << (bit & 7);
      await expect(readPng(bytes, { name: 'a.png', maxPixels: 1000 })).rejects.toThrow(FileFormatError);
    }
  });
});
