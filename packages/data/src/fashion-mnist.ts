import { FileFormatError, gunzip, isGzip, readBytes, writeAtomically } from '@diffgan/files';
import { locate, onNode } from './data-folders.ts';
import { usualFolders } from './dataset-folder.ts';
import { downloadPinned } from './download.ts';
import { fashionMnistFiles, fashionMnistMirrors } from './fashion-mnist-files.ts';
import { type IdxArray, readIdx } from './idx.ts';
import { type ImageDataset, imageDataset } from './image-dataset.ts';
import { isPinned, type PinnedFile, unpackPinned } from './pinned-file.ts';

/** Options of {@link fashionMnist}. */
export interface FashionMnistOptions {
  /** `'train'` (60 000 images) or `'test'` (10 000). @defaultValue `'train'` */
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

/** The two files of a split. */
interface Files {
  readonly images: PinnedFile;
  readonly labels: PinnedFile;
}

/** Uncompressed contents, and where they came from. */
interface Contents {
  readonly bytes: Uint8Array;
  readonly source: string;
}

type Pair = readonly [images: Contents, labels: Contents];

const userFileLimit = 2 ** 30;

/**
 * Loads Fashion-MNIST: 28 × 28 grey images of ten kinds of clothing.
 *
 * Looks in `dir`, or else in `$DIFFGAN_DATA/fashion-mnist`, `$DIFFGAN_DATA`, the folder of Debian's
 * `dataset-fashion-mnist`, and the cache (`$DIFFGAN_CACHE`, `$XDG_CACHE_HOME/diffgan` or `~/.cache/diffgan`); then
 * downloads from public mirrors into the cache. Except for the folders you name, contents are checked by SHA-256. In a
 * browser only `dir` (a URL) and the download are possible.
 *
 * @param options which split, where to look, how many images
 * @returns bytes 0…255, `[count, 28, 28, 1]`, with labels 0…9; other files of the same form keep their own size, and are called
 *   `not-fashion-mnist`
 * @throws Error when `dir` lacks the files (it says what was looked for where), `$DIFFGAN_DATA` does not exist, or nothing
 *   could be downloaded
 * @throws FileFormatError when a file in `dir` or `$DIFFGAN_DATA` is broken
 * @throws RangeError for an unknown split or a limit that is not a positive integer
 * @see Xiao, Rasul, Vollgraf: Fashion-MNIST, arXiv:1708.07747
 * @example
 * ```ts
 * const train = await fashionMnist({ limit: 1000 });
 * console.log(train.count, train.height, train.width); // 1000 28 28
 * ```
 */
export async function fashionMnist(options: FashionMnistOptions = {}): Promise<ImageDataset> {
  const { split = 'train', limit = Infinity } = options;
  if (!Object.hasOwn(fashionMnistFiles, split))
    throw new RangeError(`fashionMnist: split is '${split}'; it must be 'train' or 'test'.`);
  if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 1))
    throw new RangeError(`fashionMnist: limit is ${limit}; it must be an integer ≥ 1, or left out.`);
  const [images, labels] = await findPair({ ...options, split });
  const own = await isPinned(images.bytes, fashionMnistFiles[split].images);
  const name = own ? 'fashion-mnist' : 'not-fashion-mnist';
  if (!own)
    options.onNote?.(
      `${images.source} holds other images than Fashion-MNIST, by their SHA-256; they are called ${name}, and nothing compares them with clothes`,
    );
  return toDataset(readIdx(images.bytes, images.source), readIdx(labels.bytes, labels.source), { name, split, limit });
}

async function findPair(options: FashionMnistOptions & { split: 'train' | 'test' }): Promise<Pair> {
  const { split, dir, onNote, signal } = options;
  const files = fashionMnistFiles[split];
  if (dir !== undefined) {
    const pair = await readPair({ folder: dir, pinned: false }, files, signal);
    if (pair) return pair;
    throw new Error(
      `fashionMnist: no ${files.images.name}[.gz] and ${files.labels.name}[.gz] in ${dir}. ` +
        'Put both there, or leave `dir` out to use the usual folders and the download.',
    );
  }
  for (const place of onNode ? usualPlaces() : []) {
    signal?.throwIfAborted();
    try {
      const pair = await readPair(place, files, signal);
      if (!pair) continue;
      onNote?.(`Fashion-MNIST (${split}) from ${place.folder}`);
      return pair;
    } catch (error) {
      if (!place.pinned || !(error instanceof FileFormatError)) throw error;
      onNote?.(`passed over: ${error.message}`);
    }
  }
  return [await download(files.images, options), await download(files.labels, options)];
}

function usualPlaces(): Place[] {
  const named = process.env.DIFFGAN_DATA;
  const { existsSync } = process.getBuiltinModule('node:fs');
  if (named && !existsSync(named))
    throw new Error(`fashionMnist: DIFFGAN_DATA is ${named}, which does not exist. Correct it, or unset it.`);
  const folders = usualFolders('fashion-mnist');
  return [
    ...folders.named.map((folder) => ({ folder, pinned: false })),
    ...folders.own.map((folder) => ({ folder, pinned: true })),
  ];
}

async function readPair(place: Place, files: Files, signal?: AbortSignal): Promise<Pair | undefined> {
  const images = locate(place.folder, files.images.name);
  const labels = locate(place.folder, files.labels.name);
  if (!images || !labels) return undefined;
  const read = async (source: string, file: PinnedFile): Promise<Contents> => {
    const bytes = await readBytes(source, { maxBytes: userFileLimit, signal });
    if (place.pinned) return { source, bytes: await unpackPinned(bytes, file, source) };
    return { source, bytes: isGzip(bytes) ? await gunzip(bytes, userFileLimit, source) : bytes };
  };
  return [await read(images, files.images), await read(labels, files.labels)];
}

async function download(file: PinnedFile, { onNote, signal }: FashionMnistOptions): Promise<Contents> {
  const { packed, payload } = await downloadPinned(file, { mirrors: fashionMnistMirrors, onNote, signal });
  if (onNode) {
    const { cache: folder } = usualFolders('fashion-mnist');
    const { mkdir } = process.getBuiltinModule('node:fs/promises');
    try {
      await mkdir(folder, { recursive: true });
      // a server may have unpacked the file on the way: locate() accepts both names
      await writeAtomically(`${folder}/${file.name}${isGzip(packed) ? '.gz' : ''}`, packed);
    } catch (error) {
      onNote?.(`${file.name} is not kept, and downloaded again the next time: ${(error as Error).message}`);
    }
  }
  return { bytes: payload, source: file.name };
}

function toDataset(
  images: IdxArray,
  labels: IdxArray,
  { name, split, limit }: { name: string; split: string; limit: number },
): ImageDataset {
  if (images.shape.length !== 3 || labels.shape.length !== 1 || images.shape[0] !== labels.shape[0])
    throw new FileFormatError(
      `fashionMnist: images of shape [${images.shape.join(', ')}] and labels of shape [${labels.shape.join(', ')}] ` +
        'do not belong together; expected [n, height, width] and [n].',
    );
  const [total, height, width] = images.shape;
  const count = Math.min(limit, total);
  return imageDataset({
    name,
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
