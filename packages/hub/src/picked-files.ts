import type { ModelFiles } from './file-reader.ts';

/** A file that somebody picked in a page: a `File`. */
export interface PickedFile extends Blob {
  readonly name: string;
  /** Its path, if a whole folder was picked. */
  readonly webkitRelativePath?: string;
}

/** The files that somebody picked in a page, by their paths in the folder that was picked, or by their names. */
export function pickedFiles(picked: ArrayLike<PickedFile>): ModelFiles {
  const files = Array.from(picked);
  const paths = files.map(({ name, webkitRelativePath }) => webkitRelativePath || name);
  const inFolder = paths.every((path) => path.includes('/'));
  const name = inFolder && paths.length > 0 ? paths[0].split('/')[0] : 'the files';
  const byPath = new Map(files.map((file, i) => [inFolder ? paths[i].replace(/^[^/]*\//, '') : paths[i], file]));
  return {
    name,
    file(path) {
      const file = byPath.get(path);
      if (file) return Promise.resolve(file);
      return Promise.reject(new Error(`${name}: ${path} is not among them; pick the whole folder of the model`));
    },
  };
}
