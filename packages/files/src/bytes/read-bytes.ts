import { FileFormatError } from '../file-format-error.ts';
import { joinBytes } from '../join-bytes.ts';
import { isPageFile, openPageFile } from '../page-files.ts';
import { request } from './download.ts';
import { isLocal, openLocal } from './local-file.ts';
import { patiently } from './patiently.ts';

/** Options of `readBytes`. */
export interface ReadBytesOptions {
  /** Larger files are refused before they are read. @defaultValue 2 GiB */
  maxBytes?: number;
  /** Ends a download early. */
  signal?: AbortSignal;
}

/**
 * Reads a whole file: a path, a `file:` URL (Node), an `http:`/`https:` URL, or in a page a file of its
 * Origin Private File System, `opfs:runs/mine/checkpoint.safetensors`. In a browser a relative path is a URL too.
 *
 * @throws FileFormatError when the file is larger than `maxBytes`; Error naming the file when it cannot be read.
 * @example
 * ```ts
 * import { readBytes, writeAtomically } from '@diffgan/files';
 *
 * await writeAtomically('numbers.bin', Uint8Array.of(1, 2, 3));
 * const bytes = await readBytes('numbers.bin', { maxBytes: 1e6 }); // Uint8Array [1, 2, 3]
 * ```
 */
export async function readBytes(source: string | URL, options: ReadBytesOptions = {}): Promise<Uint8Array> {
  const { maxBytes = 2 ** 31, signal } = options;
  signal?.throwIfAborted();
  if (isPageFile(source)) return readPage(source, maxBytes);
  return isLocal(source) ? readLocal(source, maxBytes) : download(String(source), maxBytes, signal);
}

function assertSize(address: string, size: number, maxBytes: number): void {
  if (size > maxBytes)
    throw new FileFormatError(
      `readBytes: ${address} has ${size} bytes, more than the ${maxBytes} allowed; is it the right file?`,
    );
}

async function readPage(source: string | URL, maxBytes: number): Promise<Uint8Array> {
  const file = await openPageFile(source);
  assertSize(String(source), file.size, maxBytes);
  return new Uint8Array(await file.arrayBuffer());
}

const readLocal = (source: string | URL, maxBytes: number): Promise<Uint8Array> =>
  openLocal(source, async (handle, { path, size }) => {
    assertSize(path, size, maxBytes);
    const buffer = await handle.readFile();
    await handle.close();
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  });

async function download(address: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await request(address, { signal });
  try {
    assertSize(address, Number(response.headers.get('content-length') ?? 0), maxBytes);
  } catch (error) {
    await response.body?.cancel();
    throw error;
  }
  return collect(address, response, maxBytes);
}

/** Reads the body piece by piece, since a server need not tell the length, nor the truth. */
export async function collect(
  address: string,
  response: Response,
  maxBytes: number,
  onProgress?: (loaded: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  const read = () => reader && patiently(address, reader.read(), () => void reader.cancel().catch(() => undefined));
  for (let next = await read(); next && !next.done; next = await read()) {
    size += next.value.length;
    if (size > maxBytes) await reader?.cancel();
    assertSize(address, size, maxBytes);
    pieces.push(next.value);
    onProgress?.(size);
  }
  return joinBytes(pieces);
}
