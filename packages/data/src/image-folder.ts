import { FileFormatError, readBytes } from '@diffgan/files';
import { onNode } from './data-folders.ts';
import { squarePixels, withChannels } from './fit-pixels.ts';
import { type ImageDataset, imageDataset } from './image-dataset.ts';
import { type Pixels, readPng } from './read-png.ts';

/** Options of {@link imageFolder}. */
export interface ImageFolderOptions {
  /** Name of the data set; that of the folder unless told. */
  name?: string;
  /** Which part of the data this is. Default `'train'`. */
  split?: string;
  /** Read only the first this many files. */
  limit?: number;
  /** Take the middle square of each image, averaged to this height and width. Without it, all images must have one size. */
  size?: number;
  /** 1 makes all images grey, 3 makes all RGB. Without it, they are grey if all files are. */
  channels?: 1 | 3;
  /** Larger images are refused. Default 2²⁴, 4096 × 4096. */
  maxPixels?: number;
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

interface Listed {
  readonly path: string;
  readonly label?: number;
}

/**
 * Loads the PNG files of a folder. If it has sub-folders with images, these are the classes: labels number them in the order
 * of their names. Files are read in the order of their names (by code units, so it is the same everywhere).
 *
 * Images of all depths and palettes are read; they must be opaque, and of one size unless `size` tells which to make. If all are grey, so
 * is the data set, else it is RGB, unless `channels` tells. Node only.
 *
 * @param dir the folder
 * @param options name, split, limits, progress and abort signal
 * @returns bytes 0…255, with labels and `classes` if there are sub-folders
 * @throws Error when there is no PNG file in the folder, or files both in it and in sub-folders
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
 * const flowers = await imageFolder('flowers', { limit: 1000 });
 * flowers.classes; // ['daisy', 'rose']
 * ```
 */
export async function imageFolder(dir: string, options: ImageFolderOptions = {}): Promise<FolderDataset> {
  const { limit = Infinity, maxPixels = 2 ** 24, split = 'train', size, channels, onProgress, signal } = options;
  assertOptions(options);
  if (!onNode)
    throw new Error('imageFolder: folders can be listed in Node only; in a browser, decode images with a canvas.');
  const { files, classes } = await listImages(dir);
  const chosen = files.slice(0, limit);
  const images: Pixels[] = [];
  for (const { path } of chosen) {
    signal?.throwIfAborted();
    const bytes = await readBytes(path, { maxBytes: 8 * maxPixels + 2 ** 24, signal }); // RGBA of 16 bits, and a profile
    const image = await readPng(bytes, path, maxPixels);
    const square = size === undefined ? sameSize(image, images[0], path) : squarePixels(image, size);
    images.push(channels === undefined ? square : withChannels(square, channels));
    onProgress?.(images.length, chosen.length);
  }
  const labels = classes && Uint8Array.from(chosen, ({ label }) => label!);
  const name = options.name ?? (await import('node:path')).basename(dir);
  const dataset = imageDataset({ name, split, ...(labels && { labels }), ...gathered(images) });
  return classes ? Object.freeze({ ...dataset, classes }) : dataset;
}

function assertOptions({
  limit = Infinity,
  maxPixels = Infinity,
  size = Infinity,
  channels,
}: ImageFolderOptions): void {
  for (const [name, value] of Object.entries({ limit, maxPixels, size }))
    if (value !== Infinity && !(Number.isSafeInteger(value) && value >= 1))
      throw new RangeError(`imageFolder: ${name} is ${value}; it must be an integer ≥ 1, or left out.`);
  if (channels !== undefined && channels !== 1 && channels !== 3)
    throw new RangeError(`imageFolder: channels is ${String(channels)}; it must be 1 (grey), 3 (RGB), or left out.`);
}

const isPng = (name: string): boolean => /\.png$/i.test(name);

async function listImages(dir: string): Promise<{ files: Listed[]; classes?: readonly string[] }> {
  const { readdir } = await import('node:fs/promises');
  const path = await import('node:path');
  const names = (await readdir(dir)).sort();
  const own = names.filter(isPng).map((name) => ({ path: path.join(dir, name) }));
  const classes: string[] = [];
  const labelled: Listed[] = [];
  for (const name of names.filter((other) => !isPng(other))) {
    const inside = (await namesIn(path.join(dir, name))).filter(isPng).sort();
    if (inside.length === 0) continue;
    labelled.push(...inside.map((file) => ({ path: path.join(dir, name, file), label: classes.length })));
    classes.push(name);
  }
  if (own.length > 0 && classes.length > 0)
    throw new Error(
      `imageFolder: ${dir} has PNG files beside sub-folders with PNG files. Move the files into sub-folders.`,
    );
  if (own.length + labelled.length === 0)
    throw new Error(
      `imageFolder: no .png in ${dir} or its sub-folders. Only PNG is read; convert other formats first.`,
    );
  if (classes.length > 256)
    throw new RangeError(`imageFolder: ${dir} has ${classes.length} sub-folders; labels are bytes, so at most 256.`);
  return classes.length > 0 ? { files: labelled, classes } : { files: own };
}

/** Names in a folder; none in what is no folder. */
async function namesIn(path: string): Promise<string[]> {
  const { readdir, stat } = await import('node:fs/promises');
  return (await stat(path)).isDirectory() ? readdir(path) : [];
}

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
