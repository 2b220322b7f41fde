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

/** The same for a module that lies at `place`. */
export function folderFrom(place: string, name: ModelName): URL {
  const path = `models/${name}/`; // apart from the call, lest bundlers take it for one file
  const beside = inPackage.test(place.replace(/[?#].*$/s, ''));
  return beside
    ? new URL(`../${path}`, place)
    : new URL(`https://cdn.jsdelivr.net/npm/@diffgan/weights@${version}/${path}`);
}
