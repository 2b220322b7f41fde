import type { ModelName } from './model-names.ts';
import { version } from './version.ts';

/** Where a module of this package lies when no bundler has moved it. */
const inPackage = /\/weights(@[^/]*)?\/(src|dist)\/[^/]+$/;

/**
 * Where the files of a model lie: `config.json`, a folder for each network, `README.md`.
 *
 * @returns the URL of the folder: beside this module, a `file:` URL in Node; of a bundle, which does not hold the files, that of the very
 * version on jsdelivr.net.
 * @example
 * ```ts
 * import { modelFolder } from '@diffgan/weights';
 * console.log(modelFolder('fashion-mnist-ddgan').pathname); // …/models/fashion-mnist-ddgan/
 * ```
 */
export const modelFolder = (name: ModelName): URL => folderFrom(import.meta.url, name);

/** Whether there are files to read; in a page, webpack says of a module where that lay on the disk when the bundle was made. */
const onNode = typeof process === 'object' && process.versions?.node !== undefined;

/** The same for a module that lies at `place`, of a disk that can be read or not. */
export function folderFrom(place: string, name: ModelName, onDisk = onNode): URL {
  const path = `models/${name}/`; // apart from the call, lest bundlers take it for one file
  const beside = inPackage.test(place.replace(/[?#].*$/s, '')) && (onDisk || !place.startsWith('file:'));
  return beside
    ? new URL(`../${path}`, place)
    : new URL(`https://cdn.jsdelivr.net/npm/@diffgan/weights@${version}/${path}`);
}
