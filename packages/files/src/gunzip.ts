import { FileFormatError } from './file-format-error.ts';

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
  let target = new Uint8Array(Math.min(toldSize(bytes), maxBytes));
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new FileFormatError(`${name}: broken gzip data (${String(cause)}). Delete the file and fetch it again.`);
    });
    if (done) return target.length === size ? target : target.slice(0, size);
    if (size + value.length > maxBytes) {
      await reader.cancel();
      throw new FileFormatError(`${name}: unpacks to more than ${maxBytes} bytes. It is another file; fetch it again.`);
    }
    if (size + value.length > target.length) {
      const larger = new Uint8Array(Math.min(maxBytes, 2 * (size + value.length)));
      larger.set(target.subarray(0, size));
      target = larger;
    }
    target.set(value, size);
    size += value.length;
  }
}

const maxRatio = 1032; // of the format: 258 bytes from two bits

/** What the last four bytes say the file unpacks to, as far as that can be. */
function toldSize(bytes: Uint8Array): number {
  if (bytes.length < 18) return 0;
  const told = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  return Math.min(told, maxRatio * bytes.length);
}
