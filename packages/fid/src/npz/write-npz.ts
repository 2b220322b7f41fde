import { crc32 } from './crc32.ts';
import type { NpyValues } from './npy-header.ts';

/** An array to be written, in C order. */
export interface WritableArray {
  readonly shape: readonly number[];
  readonly data: NpyValues;
}

/**
 * The bytes of an `.npz` file, as numpy's `savez` writes it (stored, not deflated): `numpy.load` and pytorch-fid read it.
 *
 * @param arrays by name; the values are copied
 * @throws RangeError when a length does not fit its shape, or the file would be 4 GiB or larger
 * @example
 * await writeFileAtomic('stats.npz', writeNpz({ mu: { shape: [2], data: Float64Array.of(1, 2) } }));
 */
export function writeNpz(arrays: Readonly<Record<string, WritableArray>>): Uint8Array<ArrayBuffer> {
  const members = Object.entries(arrays).map(([name, array]) => member(name, array));
  const sizes = members.map(
    ({ name, content }) => 30 + name.length + content.reduce((sum, part) => sum + part.length, 0),
  );
  const directorySize = members.reduce((sum, { name }) => sum + 46 + name.length, 0);
  const total = sizes.reduce((sum, size) => sum + size, directorySize + 22);
  if (total >= 2 ** 32) throw new RangeError(`writeNpz: the file would have ${total} bytes; write several files.`);
  const bytes = new Uint8Array(total);
  let [at, directoryAt] = [0, total - 22 - directorySize];
  end(bytes, members.length, directorySize, directoryAt);
  members.forEach(({ name, content }, i) => {
    const crc = content.reduce((value, part) => crc32(part, value), 0);
    const size = sizes[i] - 30 - name.length;
    directoryAt = directoryEntry(bytes, directoryAt, { name, crc, size, offset: at });
    at = localHeader(bytes, at, { name, crc, size });
    for (const part of content) {
      bytes.set(part, at);
      at += part.length;
    }
  });
  return bytes;
}

interface Member {
  name: Uint8Array;
  content: Uint8Array[];
}

function member(name: string, { shape, data }: WritableArray): Member {
  const count = shape.reduce((product, n) => product * n, 1);
  if (count !== data.length)
    throw new RangeError(`writeNpz: ${name} has ${data.length} values; the shape [${shape}] needs ${count}.`);
  const values = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name: new TextEncoder().encode(`${name}.npy`), content: [npyHeader(data, shape), values] };
}

function npyHeader(data: NpyValues, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${dtypeOf(data)}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const padding = ' '.repeat(63 - ((10 + text.length) % 64)); // numpy aligns the numbers at 64 bytes
  const bytes = new TextEncoder().encode(`?NUMPY????${text}${padding}\n`);
  bytes[0] = 0x93;
  new DataView(bytes.buffer).setUint16(6, 1, true); // version 1.0
  new DataView(bytes.buffer).setUint16(8, bytes.length - 10, true);
  return bytes;
}

function dtypeOf(data: NpyValues): string {
  if (data instanceof Float32Array) return '<f4';
  if (data instanceof Float64Array) return '<f8';
  if (data instanceof Int32Array) return '<i4';
  return data instanceof BigInt64Array ? '<i8' : '|u1';
}

interface Entry {
  name: Uint8Array;
  crc: number;
  size: number;
}

const version = 20;
const date1980 = 0x21; // the first day there is; the same arrays always make the same file

function localHeader(bytes: Uint8Array, at: number, { name, crc, size }: Entry): number {
  const view = new DataView(bytes.buffer, at);
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(4, version, true);
  view.setUint16(12, date1980, true);
  view.setUint32(14, crc, true);
  view.setUint32(18, size, true);
  view.setUint32(22, size, true);
  view.setUint16(26, name.length, true);
  bytes.set(name, at + 30);
  return at + 30 + name.length;
}

function directoryEntry(
  bytes: Uint8Array,
  at: number,
  { name, crc, size, offset }: Entry & { offset: number },
): number {
  const view = new DataView(bytes.buffer, at);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, version, true);
  view.setUint16(6, version, true);
  view.setUint16(14, date1980, true);
  view.setUint32(16, crc, true);
  view.setUint32(20, size, true);
  view.setUint32(24, size, true);
  view.setUint16(28, name.length, true);
  view.setUint32(42, offset, true);
  bytes.set(name, at + 46);
  return at + 46 + name.length;
}

function end(bytes: Uint8Array, count: number, size: number, begin: number): void {
  const view = new DataView(bytes.buffer, bytes.length - 22);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, begin, true);
}
