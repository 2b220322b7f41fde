import { FileFormatError, readBytes } from '@diffgan/files';
import { modelFolder, modelNames } from '@diffgan/weights';

/** Content of a file, or its address. */
export type FileContent = string | URL | Blob | Uint8Array;

/** The files of a model, wherever they lie. */
export interface ModelFiles {
  /** What the model is called in messages. */
  readonly name: string;
  /**
   * A file by its path in the folder of the model, such as `generator/config.json`.
   *
   * @throws Error when there is none; for an address that shows when it is read.
   */
  file(path: string): Promise<FileContent>;
}

/** A folder that a page was given, such as a `FileSystemDirectoryHandle`. */
export interface DirectoryHandle {
  readonly name: string;
  getDirectoryHandle(name: string): Promise<DirectoryHandle>;
  getFileHandle(name: string): Promise<{ getFile(): Promise<Blob> }>;
}

/**
 * Where a model lies: its name in `@diffgan/weights`, a folder (Node), the URL of one, the handle of one (browsers), or anything that gives
 * its files.
 */
export type PipelineSource = string | URL | DirectoryHandle | ModelFiles;

/** The files of a source. */
export function modelFiles(source: PipelineSource): ModelFiles {
  if (typeof source === 'string' || source instanceof URL) return filesAt(source);
  return 'file' in source ? source : filesIn(source);
}

function filesAt(source: string | URL): ModelFiles {
  const name = modelNames.find((known) => known === source);
  const base = String(name === undefined ? source : modelFolder(name)).replace(/([^/])\/*$/, '$1/');
  return { name: String(source), file: (path) => Promise.resolve(`${base}${path}`) };
}

const filesIn = (root: DirectoryHandle): ModelFiles => ({
  name: root.name,
  async file(path) {
    const names = path.split('/');
    const last = names[names.length - 1];
    let folder = root;
    for (const name of names.slice(0, -1)) folder = await folder.getDirectoryHandle(name);
    return (await folder.getFileHandle(last)).getFile();
  },
});

/** Reads a file whole. */
export async function readFile(
  files: ModelFiles,
  path: string,
  { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal },
): Promise<Uint8Array> {
  const content = await files.file(path);
  if (typeof content === 'string' || content instanceof URL) return readBytes(content, { maxBytes, signal });
  const size = content instanceof Uint8Array ? content.length : content.size;
  if (size > maxBytes)
    throw new FileFormatError(`${files.name}: ${path} has ${size} bytes, more than the ${maxBytes} allowed`);
  return content instanceof Uint8Array ? content : new Uint8Array(await content.arrayBuffer());
}

const MAX_TEXT_BYTES = 1 << 20; // a configuration has some thousands

/** Reads a file as text. */
export const readText = async (files: ModelFiles, path: string, signal?: AbortSignal): Promise<string> =>
  new TextDecoder().decode(await readFile(files, path, { maxBytes: MAX_TEXT_BYTES, signal }));
