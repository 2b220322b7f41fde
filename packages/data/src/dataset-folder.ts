import { cacheDir } from '@diffgan/files';
import { locate, onNode } from './data-folders.ts';

/** Where a data set is looked for, and a file by which its folder is known. */
interface Place {
  /** Name of its folder in others. */
  readonly folder: string;
  /** Folders of the system. */
  readonly system: readonly string[];
  readonly file: string;
}

const places = {
  'fashion-mnist': {
    folder: 'fashion-mnist',
    system: ['/usr/share/datasets/fashion-mnist'], // Debian's dataset-fashion-mnist
    file: 'train-images-idx3-ubyte',
  },
  cifar10: { folder: 'cifar-10-batches-bin', system: [], file: 'data_batch_1.bin' },
} as const satisfies Record<string, Place>;

/** A data set that lies in files. */
export type DatasetName = keyof typeof places;

/** Names of the data sets that lie in files. */
export const datasetNames = Object.keys(places) as DatasetName[];

/** Folders in which a data set may lie: those that the user named by `DIFFGAN_DATA`, then those of the system and the cache. */
export function usualFolders(name: DatasetName): { named: string[]; own: string[]; cache: string } {
  const { folder, system } = places[name];
  const data = process.env.DIFFGAN_DATA;
  const cache = `${cacheDir()}/${folder}`;
  return { named: data ? [`${data}/${folder}`, data] : [], own: [...system, cache], cache };
}

/**
 * The folder of this disk in which a data set lies.
 *
 * @returns its path; undefined if it is nowhere, and in browsers.
 * @example
 * ```ts
 * console.log(datasetFolder('fashion-mnist') ?? 'to be downloaded');
 * ```
 */
export function datasetFolder(name: DatasetName): string | undefined {
  if (!onNode) return undefined;
  const { named, own } = usualFolders(name);
  for (const folder of [...named, ...own]) if (locate(folder, places[name].file)) return folder;
  return undefined;
}
