import { isPageFile, openPageFile } from '../page-files.ts';
import { type ByteSource, memorySource } from './byte-source.ts';
import { downloadSource, request } from './download.ts';
import { fileSource, isLocal } from './local-file.ts';
import { collect } from './read-bytes.ts';

/** A server that does not tell the length of a file may send so much of it. */
const maxUntold = 2 ** 31;

/**
 * Opens bytes to read parts of them: a path, a `file:` URL (Node), an `http(s):` URL, an `opfs:` address (pages), a `Blob` or the bytes. The caller closes the
 * source.
 *
 * @throws Error naming the file when it cannot be read.
 * @example
 * ```ts
 * import { openBytes } from '@diffgan/files';
 * const file = await openBytes(Uint8Array.of(1, 2, 3));
 * await file.read(1, 3); // Uint8Array [2, 3]
 * await file.close();
 * ```
 */
export async function openBytes(
  source: string | URL | Blob | Uint8Array,
  { signal }: { signal?: AbortSignal } = {},
): Promise<ByteSource> {
  signal?.throwIfAborted();
  if (source instanceof Uint8Array || source instanceof Blob) return memorySource(source);
  if (isPageFile(source)) return memorySource(await openPageFile(source));
  if (isLocal(source)) return fileSource(source);
  const address = String(source);
  const first = await request(address, { signal });
  const length = first.headers.get('content-length');
  // The length of a compressed answer is not that of the file.
  const told = length !== null && !first.headers.has('content-encoding');
  if (told) return downloadSource(address, { first, size: Number(length), signal });
  return memorySource(await collect(address, first, maxUntold));
}
