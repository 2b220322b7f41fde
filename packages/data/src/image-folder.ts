import { FileFormatError, printable, readBytes } from '@diffgan/files';
import { type Key, key as makeKey } from '@diffgan/ops';
import { chooseSome } from './choose-some.ts';
import { onNode } from './data-folders.ts';
import { fitPixels, withChannels } from './fit-pixels.ts';
import { type ImageDataset, imageDataset } from './image-dataset.ts';
import { listImages } from './list-images.ts';
import type { Pixels } from './pixels.ts';
import { readImage } from './read-image.ts';
import type { Background } from './read-image-options.ts';

/** Options of {@link imageFolder}. */
export interface ImageFolderOptions {
  /** Name of the data set. @defaultValue that of the folder */
  name?: string;
  /** Which part of the data this is. @defaultValue `'train'` */
  split?: string;
  /** Read only so many files, drawn at random, of each class as many as its share and at least one where that is possible. */
  limit?: number;
  /** Decides which files a limit leaves. @defaultValue `key(0)` */
  key?: Key;
  /**
   * Take the middle of each image, averaged to this height and width; one number makes squares. Without it, all images must have one size.
   */
  size?: number | readonly [height: number, width: number];
  /** What lies behind transparent pixels: `'white'`, `'black'` or a colour of bytes. Without it, they are refused. */
  background?: Background;
  /** 1 makes all images grey, 3 makes all RGB. Without it, they are grey if all files are. */
  channels?: 1 | 3;
  /** Larger images are refused. @defaultValue 2²⁴, 4096 × 4096 */
  maxPixels?: number;
  /** Is told what lies in the folder but is not read. */
  onNote?: (note: string) => void;
  /** Is told how many files of how many have been read. */
  onProgress?: (read: number, total: number) => void;
  /** Aborts between files. */
  signal?: AbortSignal;
}

/** Images of a folder, and what its sub-folders are called. */
export interface FolderDataset extends ImageDataset {
  /** Names of the sub-folders in the order of their labels. */
  readonly classes?: readonly string[];
}

/**
 * Loads the PNG and JPEG files of a folder. If it has sub-folders with images, these are the classes: labels number them in the order
 * of their names. Files are read in the order of their names (by code units, so it is the same everywhere). Hidden files and folders
 * are passed over.
 *
 * PNG of all depths and palettes are read, and JPEG as libjpeg decodes them, turned as their EXIF orientation tells. Images must be
 * opaque, unless `background` tells what lies behind, and of one size, unless `size` tells which to make. If all are grey, so is the
 * data set, else it is RGB, unless `channels` tells. Node only.
 *
 * @param dir the folder
 * @param options name, split, limits, what to make of the images, notes, progress and abort signal
 * @returns bytes 0…255, with labels and `classes` if there are sub-folders
 * @throws Error when there is no image in the folder, or files both in it and in sub-folders
 * @throws FileFormatError, naming the file, when one is broken, too large, transparent or of another size than the first
 * @throws RangeError for a limit, size or maxPixels that is not a positive integer, other channels than 1 or 3, or more than 256 classes
 * @example
 * ```ts
 * import { mkdir } from 'node:fs/promises';
 *
 * const white = await imageGrid({ data: new Float32Array(64).fill(1), shape: [1, 8, 8, 1] });
 * for (const name of ['daisy', 'rose']) {
 *   await mkdir(`flowers/${name}`, { recursive: true });
 *   await writeAtomically(`flowers/${name}/001.png`, white);
 * }
 *
 * const flowers = await imageFolder('flowers', { limit: 1000, onNote: console.warn });
 * flowers.classes; // ['daisy', 'rose']
 * ```
 */
export async function imageFolder(dir: string, options: ImageFolderOptions = {}): Promise<FolderDataset> {
  const { limit = Infinity, maxPixels = 2 ** 24, split = 'train', channels, background, onProgress, signal } = options;
  assertOptions(options);
  if (!onNode)
    throw new Error('imageFolder: folders can be listed in Node only; in a browser, decode images with a canvas.');
  const { files, classes, leftOut } = await listImages(dir);
  if (classes && classes.length > 256)
    throw new RangeError(`imageFolder: ${dir} has ${classes.length} sub-folders; labels are bytes, so at most 256.`);
  if (leftOut.length > 0)
    options.onNote?.(`${dir}: left out ${leftOut.join(', ')}; ${files.length} PNG and JPEG files are read`);
  const wanted = sizeOf(options.size);
  const chosen = chooseSome(files, limit, options.key ?? makeKey(0));
  const images: Pixels[] = [];
  for (const { path } of chosen) {
    signal?.throwIfAborted();
    const name = printable(path, 200);
    const bytes = await readBytes(path, { maxBytes: 8 * maxPixels + 2 ** 24, signal }); // RGBA of 16 bits, and a profile
    const image = await readImage(bytes, { name, maxPixels, background });
    const fitted = wanted === undefined ? sameSize(image, images[0], name) : fitPixels(image, wanted);
    images.push(channels === undefined ? fitted : withChannels(fitted, channels));
    onProgress?.(images.length, chosen.length);
  }
  const labels = classes && Uint8Array.from(chosen, ({ label }) => label!);
  const name = options.name ?? process.getBuiltinModule('node:path').basename(dir);
  const dataset = imageDataset({ name, split, ...(labels && { labels }), ...gathered(images) });
  return classes ? Object.freeze({ ...dataset, classes }) : dataset;
}

function assertOptions({
  limit = Infinity,
  maxPixels = Infinity,
  size = Infinity,
  channels,
}: ImageFolderOptions): void {
  const [height, width = height] = typeof size === 'number' ? [size] : size;
  for (const [name, value] of [
    ['limit', limit],
    ['maxPixels', maxPixels],
    ['size', height],
    ['size', width],
  ] as const)
    if (value !== Infinity && !(Number.isSafeInteger(value) && value >= 1))
      throw new RangeError(`imageFolder: ${name} is ${value}; it must be an integer ≥ 1, or left out.`);
  if (channels !== undefined && channels !== 1 && channels !== 3)
    throw new RangeError(`imageFolder: channels is ${String(channels)}; it must be 1 (grey), 3 (RGB), or left out.`);
}

const sizeOf = (size: ImageFolderOptions['size']): { height: number; width: number } | undefined => {
  if (size === undefined) return undefined;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  return { height, width };
};

function sameSize(image: Pixels, first: Pixels | undefined, path: string): Pixels {
  if (first === undefined || (image.height === first.height && image.width === first.width)) return image;
  throw new FileFormatError(
    `imageFolder: ${path} has ${image.width} × ${image.height} pixels, the first file ${first.width} × ${first.height}. ` +
      'Resize all to one size, or give `size`.',
  );
}

/** One array of all images; grey ones are repeated if others are not grey. */
function gathered(images: readonly Pixels[]): Pick<ImageDataset, 'images' | 'count' | 'height' | 'width' | 'channels'> {
  const [{ height, width }] = images;
  const channels = images.some((image) => image.channels === 3) ? 3 : 1;
  const size = height * width * channels;
  const all = new Uint8Array(images.length * size);
  images.forEach((image, i) => {
    const target = all.subarray(i * size, (i + 1) * size);
    if (image.channels === channels) target.set(image.data);
    else for (let at = 0; at < size; at++) target[at] = image.data[Math.floor(at / 3)];
  });
  return { images: all, count: images.length, height, width, channels };
}
