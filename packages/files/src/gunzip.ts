import { FileFormatError } from './file-format-error.ts';
import { joinBytes } from './join-bytes.ts';

/**
 * Whether the bytes start like a gzip file.
 *
 * @example
 * ```ts
 * isGzip(Uint8Array.of(0x1f, 0x8b, 8)); // true
 * ```
 */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Uncompresses a gzip file, refusing to produce more than `maxBytes`: a small file can claim to unpack to terabytes.
 *
 * @param name the file, as errors call it.
 * @throws FileFormatError for broken data and for more than `maxBytes` of it.
 * @example
 * ```ts
 * import { gzipSync } from 'node:zlib';
 * import { gunzip } from '@diffgan/files';
 *
 * const images = await gunzip(gzipSync(Uint8Array.of(1, 2, 3)), 1e8, 'images.gz'); // Uint8Array [1, 2, 3]
 * ```
 */
export async function gunzip(bytes: Uint8Array, maxBytes: number, name: string): Promise<Uint8Array> {
  // Blob wants an ArrayBuffer; what the file readers return is never a SharedArrayBuffer
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new FileFormatError(`${name}: broken gzip data (${String(cause)}). Delete the file and fetch it again.`);
    });
    if (done) return joinBytes(pieces);
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw new FileFormatError(`${name}: unpacks to more than ${maxBytes} bytes. It is another file; fetch it again.`);
    }
    pieces.push(value);
  }
}
