import type { ModelName } from './model-names.ts';

/**
 * Where the files of a model lie: `config.json`, a folder for each network, `README.md`.
 *
 * @returns the URL of the folder, a `file:` URL in Node.
 * @example
 * ```ts
 * import { modelFolder } from '@diffgan/weights';
 * console.log(modelFolder('fashion-mnist-ddgan').pathname); // …/models/fashion-mnist-ddgan/
 * ```
 */
export function modelFolder(name: ModelName): URL {
  const path = `../models/${name}/`; // apart from the call, lest bundlers take it for one file
  return new URL(path, import.meta.url);
}
