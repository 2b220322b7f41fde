import { FileFormatError } from '@diffgan/ops/files';
import { readStream } from './read-stream.ts';

/** Whether the bytes start like a gzip file. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Uncompresses a gzip file, refusing to produce more than `maxBytes`: a small file can claim to unpack to terabytes. */
export async function gunzip(bytes: Uint8Array, maxBytes: number, name: string): Promise<Uint8Array> {
  // Blob wants an ArrayBuffer; what the file readers return is never a SharedArrayBuffer
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'));
  try {
    return await readStream(stream, maxBytes, name);
  } catch (cause) {
    if (cause instanceof FileFormatError) throw cause;
    throw new FileFormatError(`${name}: broken gzip data (${String(cause)}). Delete the file and fetch it again.`);
  }
}
