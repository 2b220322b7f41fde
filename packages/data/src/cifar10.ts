import { FileFormatError, gunzip, isGzip, readBytes } from '@diffgan/files';
import { locate, onNode } from './data-folders.ts';
import { usualFolders } from './dataset-folder.ts';
import { type ImageDataset, imageDataset } from './image-dataset.ts';

/** Options of {@link cifar10}. */
export interface Cifar10Options {
  /** `'train'` (50 000 images) or `'test'` (10 000). @defaultValue `'train'` */
  split?: 'train' | 'test';
  /** Folder with the binary files, plain or `.gz`; an http(s) URL is allowed. Only this place is looked at when it is given. */
  dir?: string;
  /** Keep only the first this many images. */
  limit?: number;
  /** Is told where the data come from. */
  onNote?: (note: string) => void;
  /** Aborts between and during reading. */
  signal?: AbortSignal;
}

const files = {
  train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`),
  test: ['test_batch.bin'],
} as const;

const side = 32;
const plane = side * side;
const recordBytes = 1 + 3 * plane;
const fileLimit = 10_000 * recordBytes; // as many as each file of CIFAR-10 has

/**
 * Loads CIFAR-10: 32 × 32 colour images of ten kinds of things, from the files of its binary version.
 *
 * Get `cifar-10-binary.tar.gz` from https://www.cs.toronto.edu/~kriz/cifar.html and unpack it. The files are looked for in `dir`, or else
 * in `$DIFFGAN_DATA/cifar-10-batches-bin`, `$DIFFGAN_DATA` and the same folder of the cache (`$DIFFGAN_CACHE`,
 * `$XDG_CACHE_HOME/diffgan` or `~/.cache/diffgan`). In a browser only `dir` (a URL) is possible.
 *
 * @param options which split, where to look, how many images
 * @returns bytes 0…255, `[count, 32, 32, 3]`, with labels 0…9
 * @throws Error when the files are nowhere; it says what was looked for where
 * @throws FileFormatError when a file is no sequence of records of 3073 bytes, or a label is above 9
 * @throws RangeError for an unknown split or a limit that is not a positive integer
 * @see Krizhevsky: Learning multiple layers of features from tiny images, 2009
 * @example
 * ```ts fragment
 * const train = await cifar10({ dir: 'cifar-10-batches-bin', limit: 1000 });
 * console.log(train.count, train.height, train.channels); // 1000 32 3
 * ```
 */
export async function cifar10({
  split = 'train',
  dir,
  limit = Infinity,
  onNote,
  signal,
}: Cifar10Options = {}): Promise<ImageDataset> {
  if (!Object.hasOwn(files, split)) throw new RangeError(`cifar10: split is '${split}'; it must be 'train' or 'test'.`);
  if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 1))
    throw new RangeError(`cifar10: limit is ${limit}; it must be an integer ≥ 1, or left out.`);
  const paths = findFiles(files[split], dir);
  onNote?.(`CIFAR-10 (${split}) from ${paths[0].replace(/\/[^/]*$/, '')}`);
  const batches: Uint8Array[] = [];
  let records = 0;
  for (const path of paths) {
    if (records >= limit) break;
    const batch = await readRecords(path, signal);
    records += batch.length / recordBytes;
    batches.push(batch);
  }
  return toDataset(batches, Math.min(records, limit), split);
}

function findFiles(names: readonly string[], dir: string | undefined): string[] {
  const folders = dir === undefined ? foldersOnDisk() : [dir];
  for (const folder of folders) {
    const paths = names.map((name) => locate(folder, name));
    if (paths.every((path) => path !== undefined)) return paths;
  }
  throw new Error(
    `cifar10: no ${names.join(', ')} (or .gz) in ${folders.join(', ') || 'any folder'}. Get cifar-10-binary.tar.gz from ` +
      'https://www.cs.toronto.edu/~kriz/cifar.html, unpack it, and pass its folder as `dir`.',
  );
}

function foldersOnDisk(): string[] {
  if (!onNode) return [];
  const { named, own } = usualFolders('cifar10');
  return [...named, ...own];
}

async function readRecords(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const bytes = await readBytes(path, { maxBytes: fileLimit + 2 ** 20, signal }); // gzip may add a little
  const records = isGzip(bytes) ? await gunzip(bytes, fileLimit, path) : bytes;
  if (records.length === 0 || records.length % recordBytes !== 0)
    throw new FileFormatError(
      `cifar10: ${path} has ${records.length} bytes, not a whole number of records of ${recordBytes}. ` +
        'It is damaged, or not of the binary version of CIFAR-10; unpack it again.',
    );
  for (let at = 0; at < records.length; at += recordBytes)
    if (records[at] > 9)
      throw new FileFormatError(
        `cifar10: label ${records[at]} of record ${at / recordBytes} in ${path} is above 9; it is another file.`,
      );
  return records;
}

/** Records are a label and the planes of red, green and blue. */
function toDataset(batches: readonly Uint8Array[], count: number, split: string): ImageDataset {
  const images = new Uint8Array(count * 3 * plane);
  const labels = new Uint8Array(count);
  let image = 0;
  for (const batch of batches)
    for (let record = 0; record < batch.length && image < count; record += recordBytes, image++) {
      labels[image] = batch[record];
      for (let c = 0; c < 3; c++) {
        const source = record + 1 + c * plane;
        const target = image * 3 * plane + c;
        for (let p = 0; p < plane; p++) images[target + 3 * p] = batch[source + p];
      }
    }
  return imageDataset({ name: 'cifar10', split, images, labels, count, height: side, width: side, channels: 3 });
}
