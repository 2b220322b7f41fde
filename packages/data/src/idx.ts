import { FileFormatError } from '@diffgan/files';

/** The contents of an IDX file of unsigned bytes. */
export interface IdxArray {
  /** Sizes of the axes, slowest first, e.g. `[60000, 28, 28]`. */
  readonly shape: readonly number[];
  /** The bytes after the header: a view of the input, not a copy. */
  readonly data: Uint8Array;
}

const unsignedByte = 0x08;
const maxRank = 8;

const brokenFile = (name: string, what: string) =>
  new FileFormatError(
    `readIdx: ${name}: ${what}. Expected an uncompressed IDX file of unsigned bytes; gunzip .gz files first, or fetch the file again.`,
  );

/**
 * Reads an IDX file of unsigned bytes, the format of the MNIST family.
 *
 * The header is not trusted: the sizes it claims are compared with the length of the file before anything is allocated.
 *
 * @param bytes the whole file, already uncompressed
 * @param name what error messages call the file
 * @returns the shape, and the values as a view of `bytes`
 * @throws FileFormatError when the magic number, the type, the sizes or the length are wrong
 * @see http://yann.lecun.com/exdb/mnist/ for the format
 * @example
 * ```ts
 * const file = new Uint8Array([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]);
 * readIdx(file); // { shape: [2, 3], data: Uint8Array [1, 2, 3, 4, 5, 6] }
 * ```
 */
export function readIdx(bytes: Uint8Array, name = 'IDX data'): IdxArray {
  const broken = (what: string) => brokenFile(name, what);
  if (bytes.length < 4) throw broken(`the file has ${bytes.length} bytes, too few for a header`);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw broken('the file is gzip-compressed');
  if (bytes[0] !== 0 || bytes[1] !== 0)
    throw broken(`the magic number starts with bytes ${bytes[0]} ${bytes[1]}, not 0 0`);
  if (bytes[2] !== unsignedByte) throw broken(`element type 0x${bytes[2].toString(16)} is not 0x8, unsigned byte`);
  const rank = bytes[3];
  if (rank < 1 || rank > maxRank) throw broken(`rank ${rank} is outside 1…${maxRank}`);
  const header = 4 + 4 * rank;
  if (bytes.length < header) throw broken(`the file ends inside the header: ${bytes.length} of ${header} bytes`);

  const view = new DataView(bytes.buffer, bytes.byteOffset, header);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, n) => product * n, 1); // a product past 2^53 is inexact, but still unequal below
  const present = bytes.length - header;
  if (size !== present)
    throw broken(`shape [${shape.join(', ')}] needs ${size} bytes of data, the file has ${present}`);
  return { shape, data: bytes.subarray(header) };
}
