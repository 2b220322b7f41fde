import { FileFormatError, readBytes } from '@diffgan/files';
import { modelDigests, modelFolder, modelNames } from '@diffgan/weights';
import { downloadStore } from './download-store.ts';
import type { FileContent, ModelFiles } from './file-reader.ts';
import { isNode } from './is-node.ts';
import { keptDownload } from './kept-download.ts';
import { type PickedFile, pickedFiles } from './picked-files.ts';

/** A folder that a page was given, such as a `FileSystemDirectoryHandle`. */
export interface DirectoryHandle {
  readonly name: string;
  getDirectoryHandle(name: string): Promise<DirectoryHandle>;
  getFileHandle(name: string): Promise<{ getFile(): Promise<Blob> }>;
}

/**
 * Where a model lies: its name in `@diffgan/weights`, a folder (Node), the URL of one, the handle of one or the files that somebody picked
 * (browsers), or anything that gives its files.
 */
export type PipelineSource = string | URL | DirectoryHandle | ArrayLike<PickedFile> | ModelFiles;

/** How a file is read. */
interface Reading {
  maxBytes: number;
  signal?: AbortSignal;
  onProgress?: (loaded: number, total: number | undefined) => void;
}

/** The files of a model, and how those behind addresses are fetched. */
export interface OpenFiles extends ModelFiles {
  /** What a file holds; of one behind an address, its bytes. */
  content(path: string, reading: Reading): Promise<FileContent>;
}

/** The files of a source; those behind addresses are kept for the next time, unless `cache` is false. */
export function modelFiles(source: PipelineSource, { cache = true }: { cache?: boolean } = {}): OpenFiles {
  const files = filesOf(source);
  const digests: Readonly<Record<string, string>> = modelDigests[modelNames.find((known) => known === source)!] ?? {};
  const store = cache ? downloadStore() : undefined;
  return {
    name: files.name,
    file: (path) => files.file(path),
    async content(path, reading) {
      const content = await files.file(path);
      const address = remoteAddress(content);
      if (address === undefined) return content;
      return keptDownload(address, { ...reading, sha256: digests[path], store });
    },
  };
}

function filesOf(source: PipelineSource): ModelFiles {
  if (typeof source === 'string' || source instanceof URL) return filesAt(source);
  if ('length' in source) return pickedFiles(source);
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

/** The whole address of what lies on a server. */
function remoteAddress(content: FileContent): string | undefined {
  if (typeof content !== 'string' && !(content instanceof URL)) return undefined;
  const address = String(content);
  if (/^https?:/i.test(address)) return address;
  // without a scheme it is a path in Node, and relative to the page in browsers
  return isNode() || /^[a-z][\w+.-]*:/i.test(address) ? undefined : new URL(address, pageAddress()).href;
}

/** What addresses are relative to, in a page and in its workers. */
export const pageAddress = (): string => (typeof document === 'object' ? document.baseURI : location.href);

/** Reads a file whole. */
export async function readFile(files: OpenFiles, path: string, reading: Reading): Promise<Uint8Array> {
  const content = await files.content(path, reading);
  if (typeof content === 'string' || content instanceof URL) return readBytes(content, reading);
  const size = content instanceof Uint8Array ? content.length : content.size;
  if (size > reading.maxBytes)
    throw new FileFormatError(`${files.name}: ${path} has ${size} bytes, more than the ${reading.maxBytes} allowed`);
  return content instanceof Uint8Array ? content : new Uint8Array(await content.arrayBuffer());
}

const MAX_TEXT_BYTES = 1 << 20; // a configuration has some thousands

/** Reads a file as text. */
export const readText = async (files: OpenFiles, path: string, signal?: AbortSignal): Promise<string> =>
  new TextDecoder().decode(await readFile(files, path, { maxBytes: MAX_TEXT_BYTES, signal }));
