import { FileFormatError, readBytes, writeFileAtomic } from '@diffgan/ops/files';
import { cacheFolder, locate, onNode } from './data-folders.ts';
import { downloadPinned } from './download.ts';
import { fashionMnistFiles, fashionMnistMirrors } from './fashion-mnist-files.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { readIdx, type IdxArray } from './idx.ts';
import { imageDataset, type ImageDataset } from './image-dataset.ts';
import { unpackPinned, type PinnedFile } from './pinned-file.ts';

/** Options of {@link fashionMnist}. */
export interface FashionMnistOptions {
  /** `'train'` (60 000 images, the default) or `'test'` (10 000). */
  split?: 'train' | 'test';
  /** Folder with the IDX files, plain or `.gz`; an http(s) URL is allowed. Only this place is looked at when it is given. */
  dir?: string;
  /** Keep only the first this many images. */
  limit?: number;
  /** Is told where the data come from and what was passed over. */
  onNote?: (note: string) => void;
  /** Aborts between and during downloads. */
  signal?: AbortSignal;
}

/** A folder to look in; `pinned` folders must hold the very files of Fashion-MNIST, those a user names may hold others. */
interface Place {
  readonly folder: string;
  readonly pinned: boolean;
}

type Pair = readonly [images: Uint8Array, labels: Uint8Array];

const userFileLimit = 2 ** 30;
const debianFolder = '/usr/share/datasets/fashion-mnist';

/**
 * Loads Fashion-MNIST: 28 × 28 grey images of ten kinds of clothing.
 *
 * Looks in `dir`, or else in `$DIFFGAN_DATA/fashion-mnist`, `$DIFFGAN_DATA`, the folder of Debian's
 * `dataset-fashion-mnist`, and the cache (`$DIFFGAN_CACHE`, `$XDG_CACHE_HOME/diffgan` or `~/.cache/diffgan`); then
 * downloads from public mirrors into the cache. Except for the folders you name, contents are checked by SHA-256. In a
 * browser only `dir` (a URL) and the download are possible.
 *
 * @param options which split, where to look, how many images
 * @returns bytes 0…255, `[count, 28, 28, 1]`, with labels 0…9
 * @throws Error when `dir` lacks the files (it says what was looked for where) or nothing could be downloaded
 * @throws FileFormatError when a file in `dir` or `$DIFFGAN_DATA` is broken
 * @throws RangeError for an unknown split or a limit that is not a positive integer
 * @see Xiao, Rasul, Vollgraf: Fashion-MNIST, arXiv:1708.07747
 * @example
 * const train = await fashionMnist({ limit: 1000 });
 * console.log(train.count, train.height, train.width); // 1000 28 28
 */
export async function fashionMnist(options: FashionMnistOptions = {}): Promise<ImageDataset> {
  const { split = 'train', limit = Infinity } = options;
  if (!Object.hasOwn(fashionMnistFiles, split))
    throw new RangeError(`fashionMnist: split is '${split}'; it must be 'train' or 'test'.`);
  if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 1))
    throw new RangeError(`fashionMnist: limit is ${limit}; it must be an integer ≥ 1, or left out.`);
  const [images, labels] = await findPair({ ...options, split });
  return toDataset(readIdx(images), readIdx(labels), { split, limit });
}

async function findPair(options: FashionMnistOptions & { split: 'train' | 'test' }): Promise<Pair> {
  const { split, dir, onNote, signal } = options;
  const { images, labels } = fashionMnistFiles[split];
  if (dir !== undefined) {
    const pair = await readPair({ folder: dir, pinned: false }, images, labels);
    if (pair) return pair;
    throw new Error(
      `fashionMnist: no ${images.name}[.gz] and ${labels.name}[.gz] in ${dir}. ` +
        'Put both there, or leave `dir` out to use the usual folders and the download.',
    );
  }
  for (const place of onNode ? await usualPlaces() : []) {
    signal?.throwIfAborted();
    try {
      const pair = await readPair(place, images, labels);
      if (!pair) continue;
      onNote?.(`Fashion-MNIST (${split}) from ${place.folder}`);
      return pair;
    } catch (error) {
      if (!place.pinned || !(error instanceof FileFormatError)) throw error;
      onNote?.(`passed over: ${error.message}`);
    }
  }
  return [await download(images, options), await download(labels, options)];
}

async function usualPlaces(): Promise<Place[]> {
  const named = process.env.DIFFGAN_DATA;
  return [
    ...(named ? [`${named}/fashion-mnist`, named].map((folder) => ({ folder, pinned: false })) : []),
    ...[debianFolder, `${await cacheFolder()}/fashion-mnist`].map((folder) => ({ folder, pinned: true })),
  ];
}

async function readPair(place: Place, images: PinnedFile, labels: PinnedFile): Promise<Pair | undefined> {
  const paths = await Promise.all([images, labels].map((file) => locate(place.folder, file.name)));
  if (!paths[0] || !paths[1]) return undefined;
  return [await readPayload(paths[0], images, place.pinned), await readPayload(paths[1], labels, place.pinned)];
}

async function readPayload(path: string, file: PinnedFile, pinned: boolean): Promise<Uint8Array> {
  const bytes = await readBytes(path, { maxBytes: userFileLimit });
  if (pinned) return unpackPinned(bytes, file, path);
  return isGzip(bytes) ? gunzip(bytes, userFileLimit, path) : bytes;
}

async function download(file: PinnedFile, { onNote, signal }: FashionMnistOptions): Promise<Uint8Array> {
  const { packed, payload } = await downloadPinned(file, { mirrors: fashionMnistMirrors, onNote, signal });
  if (onNode) {
    const folder = `${await cacheFolder()}/fashion-mnist`;
    const { mkdir } = await import('node:fs/promises');
    await mkdir(folder, { recursive: true });
    // a server may have unpacked the file on the way: locate() accepts both names
    await writeFileAtomic(`${folder}/${file.name}${isGzip(packed) ? '.gz' : ''}`, packed);
  }
  return payload;
}

function toDataset(
  images: IdxArray,
  labels: IdxArray,
  { split, limit }: { split: string; limit: number },
): ImageDataset {
  if (images.shape.length !== 3 || labels.shape.length !== 1 || images.shape[0] !== labels.shape[0])
    throw new FileFormatError(
      `fashionMnist: images of shape [${images.shape.join(', ')}] and labels of shape [${labels.shape.join(', ')}] ` +
        'do not belong together; expected [n, height, width] and [n].',
    );
  const [total, height, width] = images.shape;
  const count = Math.min(limit, total);
  return imageDataset({
    name: 'fashion-mnist',
    split,
    // a copy, so that the rest can be freed
    images: count < total ? images.data.slice(0, count * height * width) : images.data,
    labels: labels.data.slice(0, count),
    count,
    height,
    width,
    channels: 1,
  });
}
