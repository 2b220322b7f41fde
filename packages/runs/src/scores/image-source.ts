import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { max, mul, slice, sub, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { cifar10, fashionMnist, type ImageDataset, imageFolder, takeImages } from '@diffgan/data';
import { npzImages, type PixelRange } from '@diffgan/fid';
import { openNpz } from '@diffgan/files';
import { UsageError } from '../errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { inFlags } from './in-flags.ts';

/** Numbers of batches, from one up to but not including the other. */
export type BatchRange = readonly [from: number, to: number];

const ALL: BatchRange = [0, Infinity];

/** Images that are read batch by batch. */
export interface ImageSet {
  /** What it is called in reports. */
  readonly name: string;
  readonly count: number;
  /** Fresh batches in [−1, 1], all or those of a part of their numbers; who takes them disposes them. */
  batches(part?: BatchRange): AsyncIterable<Tensor4D>;
  /** Range of the pixels, where it is certain. */
  readonly range?: PixelRange;
  /** SHA-256 of the pixels and their shape. */
  digest(): Promise<string>;
  /** All images, where they are in memory. */
  readonly dataset?: ImageDataset;
}

/** Ranges of floats on the command line: black and white. */
export const floatRanges = ['-1..1', '0..1', '0..255'] as const;

/** Range of floats on the command line. */
export type FloatRange = (typeof floatRanges)[number];

/** What opening images needs. */
export interface Opening {
  readonly batch: number;
  /** Range of floats; unless told they are taken to be in [−1, 1], and refused when they do not look like it. */
  readonly range?: FloatRange;
  /** Only so many: the first, and of the files of a folder some of each class. */
  readonly count?: number;
  /** What the images of folders become, and what lies behind transparent pixels. */
  readonly size?: readonly [height: number, width: number];
  readonly background?: 'black' | 'white';
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

const datasets = { 'fashion-mnist': fashionMnist, cifar10 } as const;
const splits = ['train', 'test'] as const;

/**
 * Name and split of a data set on the command line, such as `fashion-mnist:test`; undefined for anything else.
 *
 * @example
 * ```ts
 * namedDataset('cifar10:test'); // { name: 'cifar10', split: 'test' }
 * namedDataset('./pictures'); // undefined
 * ```
 */
export function namedDataset(text: string): { name: keyof typeof datasets; split: 'train' | 'test' } | undefined {
  const [name, split = 'train', ...rest] = text.split(':');
  if (!Object.hasOwn(datasets, name)) return undefined;
  const known = splits.find((own) => own === split);
  if (known === undefined || rest.length > 0)
    throw new UsageError(`${text} names no split of ${name}; write ${name}:train or ${name}:test`);
  return { name: name as keyof typeof datasets, split: known };
}

/**
 * Checks what can be known of {@link openImages} before anything is read.
 *
 * @throws UsageError when it is neither a data set nor there
 * @example
 * ```ts
 * checkImages('fashion-mnist:test');
 * ```
 */
export function checkImages(text: string): void {
  if (namedDataset(text) || existsSync(text)) return;
  throw new UsageError(
    `there is no ${text}; give a folder of PNG or JPEG files, an .npz file, or a data set such as ${Object.keys(datasets).join(':test or ')}:test`,
  );
}

/**
 * Opens a data set by name, a folder of PNG or JPEG files, one that `diffgan sample` wrote, or an `.npz` of images.
 *
 * @example
 * ```ts
 * const terminal = { say: console.log, heading: console.log, progress: () => undefined, finish: () => undefined };
 * const { signal } = new AbortController();
 *
 * const { name, count } = await openImages('fashion-mnist:test', { count: 100, batch: 50, terminal, signal });
 * console.log(name, count);
 * ```
 */
export async function openImages(text: string, opening: Opening): Promise<ImageSet> {
  const { count, terminal, signal } = opening;
  const named = namedDataset(text);
  if (named) {
    const onNote = (note: string) => terminal.say(`Data: ${note}`);
    const dataset = await datasets[named.name]({ split: named.split, limit: count, onNote, signal });
    return ofDataset(`${named.name} ${named.split}`, dataset, opening);
  }
  checkImages(text);
  const path = drawnImages(text);
  if (!statSync(path).isDirectory()) return ofNpz(path, opening);
  const onProgress = (read: number, total: number) =>
    terminal.progress(read / total, `${path}: ${read}/${total} files`);
  const { size, background } = opening;
  const onNote = (note: string) => terminal.say(`Note: ${note}`);
  try {
    const dataset = await imageFolder(path, { limit: count, size, background, onNote, onProgress, signal });
    return ofDataset(path, dataset, opening);
  } catch (error) {
    throw inFlags(error);
  } finally {
    terminal.finish();
  }
}

/** Where the images of a folder are that `diffgan sample` wrote: beside a picture of them and its own notes. Anything else is what it is. */
function drawnImages(path: string): string {
  if (!existsSync(join(path, 'sample.json'))) return path;
  const inside = ['samples.npz', 'images'].map((name) => join(path, name));
  return inside.find((one) => existsSync(one)) ?? path;
}

function ofDataset(name: string, dataset: ImageDataset, { batch }: Opening): ImageSet {
  const { count, height, width, channels, images } = dataset;
  return {
    name,
    count,
    range: '[-1, 1]',
    dataset,
    // eslint-disable-next-line @typescript-eslint/require-await -- an async iterable like the others
    async *batches([from, to] = ALL) {
      for (let start = from * batch; start < Math.min(count, to * batch); start += batch)
        yield takeImages(
          dataset,
          Array.from({ length: Math.min(batch, count - start) }, (_, i) => start + i),
        );
    },
    digest: () =>
      Promise.resolve(
        createHash('sha256').update(`${count},${height},${width},${channels}:`).update(images).digest('hex'),
      ),
  };
}

async function ofNpz(
  path: string,
  { batch, range, count: limit = Infinity, terminal, signal }: Opening,
): Promise<ImageSet> {
  const file = await openNpz(path, { signal });
  const { shape: [total = 0] = [], dtype } = file.entries.arr_0 ?? {};
  await file.close();
  const count = Math.min(total, limit);
  return {
    name: path,
    count,
    range: dtype === '|u1' || range !== undefined ? '[-1, 1]' : undefined, // floats of other programs may be anything
    async *batches([from, to] = ALL) {
      let left = count;
      let brightest = -1;
      const reading = npzImages(path, { batch, signal });
      // without images the reader says what is wrong with the file
      for (let number = 0; number < to && (left > 0 || total === 0); number++) {
        const { done, value } = await reading.next();
        if (done) return;
        const kept = Math.min(left, batch);
        left -= kept;
        if (number < from) {
          value.dispose();
          continue;
        }
        if (dtype === '|u1') brightest = Math.max(brightest, await greatest(value));
        yield inUnitRange(value.shape[0] <= kept ? value : shortened(value, kept), dtype === '|u1' ? undefined : range);
      }
      await reading.return();
      if (brightest > -1 && brightest <= darkest)
        terminal.say(
          `Note: ${path} holds bytes 0 and 1 alone, which are almost black; masks are saved as 255 times 0 and 1`,
        );
    },
    async digest() {
      const hash = createHash('sha256').update(`${count},${range}:`);
      for await (const piece of createReadStream(path, { signal })) hash.update(piece as Buffer);
      return hash.digest('hex');
    },
  };
}

/** The value of the byte 1, with what float32 may differ by. */
const darkest = 2 / 255 - 1 + 1e-6;

async function greatest(images: Tensor4D): Promise<number> {
  const top = max(images);
  const [value] = await top.data();
  top.dispose();
  return value;
}

/** Images of another range in [−1, 1], in place of the given ones. */
function inUnitRange(images: Tensor4D, range: FloatRange = '-1..1'): Tensor4D {
  if (range === '-1..1') return images;
  const moved = tidy(() => sub<Tensor4D>(mul(images, range === '0..1' ? 2 : 2 / 255), 1));
  images.dispose();
  return moved;
}

function shortened(images: Tensor4D, count: number): Tensor4D {
  const part = slice(images, [0, 0, 0, 0], [count, -1, -1, -1]);
  images.dispose();
  return part;
}
