import type { ByteSource } from '../bytes/byte-source.ts';
import { FileFormatError } from '../file-format-error.ts';
import { brokenNpz } from './broken-npz.ts';
import { crc32 } from './crc32.ts';
import type { ZipEntry } from './zip-directory.ts';

const pieceSize = 1 << 18;

/**
 * The unpacked bytes of a member, piece by piece.
 *
 * @throws FileFormatError at the end when there are more or fewer than the directory says, or others
 */
export async function* memberBytes(bytes: ByteSource, entry: ZipEntry): AsyncGenerator<Uint8Array, void> {
  const packed = packedBytes(bytes, entry);
  let [size, crc] = [0, 0];
  for await (const piece of entry.deflated ? inflated(packed, entry.name) : packed) {
    size += piece.length;
    if (size > entry.size) throw broken(entry, `unpacks to more than the ${entry.size} bytes it declares`);
    crc = crc32(piece, crc);
    yield piece;
  }
  if (size !== entry.size) throw broken(entry, `ends after ${size} of ${entry.size} bytes`);
  if (crc !== entry.crc) throw broken(entry, 'has a wrong check sum');
}

const broken = ({ name }: Pick<ZipEntry, 'name'>, what: string): FileFormatError => brokenNpz(`${name} ${what}`);

async function* packedBytes(bytes: ByteSource, entry: ZipEntry): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const header = new DataView((await bytes.read(entry.offset, entry.offset + 30)).buffer);
  if (header.getUint32(0, true) !== 0x04034b50) throw broken(entry, 'has no local header');
  const begin = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const end = begin + entry.compressedSize;
  if (end > bytes.size) throw broken(entry, `reaches beyond the end of the file`);
  for (let at = begin; at < end; at += pieceSize) yield bytes.read(at, Math.min(at + pieceSize, end));
}

async function* inflated(
  packed: AsyncGenerator<Uint8Array<ArrayBuffer>, void>,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await packed.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const reader = source.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw cause instanceof FileFormatError
          ? cause
          : broken({ name }, `has broken deflated data (${String(cause)})`);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {}); // already told
  }
}
