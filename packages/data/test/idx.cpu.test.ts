import { describe, expect, it } from 'vitest';
import { readIdx } from '@diffgan/data';
import { FileFormatError } from '@diffgan/files';

const idx = (shape: number[], length: number, type = 8): Uint8Array => {
  const bytes = new Uint8Array(4 + 4 * shape.length + length);
  const view = new DataView(bytes.buffer);
  bytes[2] = type;
  bytes[3] = shape.length;
  shape.forEach((n, axis) => view.setUint32(4 + 4 * axis, n));
  for (let i = 0; i < length; i++) bytes[4 + 4 * shape.length + i] = i % 251;
  return bytes;
};

describe('readIdx', () => {
  it('reads shape and bytes, also from the middle of a larger buffer', () => {
    const larger = new Uint8Array(100);
    larger.set(idx([2, 3], 6), 7);
    const { shape, data } = readIdx(larger.subarray(7, 7 + 12 + 6));
    expect(shape).toEqual([2, 3]);
    expect(Array.from(data)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('reads an empty array', () => {
    expect(readIdx(idx([0, 28, 28], 0))).toMatchObject({ shape: [0, 28, 28], data: new Uint8Array(0) });
  });

  const huge = 0xffffffff;
  it.each([
    ['no bytes', new Uint8Array(0), /0 bytes/],
    ['a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0), /gzip/],
    ['another magic number', Uint8Array.of(1, 0, 8, 1, 0, 0, 0, 0), /magic/],
    ['floats', idx([1], 4, 0x0d), /type 0xd/],
    ['rank 0', idx([], 0), /rank 0/],
    ['rank 255', Uint8Array.of(0, 0, 8, 255, 0, 0, 0, 0), /rank 255/],
    ['half a header', idx([2, 3], 6).subarray(0, 9), /inside the header/],
    ['truncated data', idx([2, 3], 5), /needs 6 bytes of data, the file has 5/],
    ['data left over', idx([2, 3], 7), /needs 6 bytes/],
    ['sizes of terabytes', idx([huge, huge, huge], 10), /needs .* bytes of data, the file has 10/],
    ['sizes whose product overflows to zero in 32 bits', idx([65536, 65536], 0), /needs 4294967296 bytes/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readIdx(bytes)).toThrow(FileFormatError);
    expect(() => readIdx(bytes)).toThrow(message);
  });

  it('names the file in its errors', () => {
    expect(() => readIdx(new Uint8Array(3), 'labels.idx')).toThrow(/labels\.idx/);
  });
});
