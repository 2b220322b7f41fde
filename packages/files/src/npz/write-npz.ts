import { crc32 } from './crc32.ts';
import type { NpyValues } from './npy-header.ts';
import { dtypeOf, npyHeader } from './write-npy-header.ts';
import { directoryEnd, directoryEntry, localHeader } from './zip-records.ts';

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
 * ```ts
 * await writeAtomically('stats.npz', writeNpz({ mu: { shape: [2], data: Float64Array.of(1, 2) } }));
 * ```
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
  directoryEnd(bytes, members.length, directorySize, directoryAt);
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
  return { name: new TextEncoder().encode(`${name}.npy`), content: [npyHeader(dtypeOf(data), shape), values] };
}
