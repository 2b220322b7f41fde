import type { ByteSource } from '../bytes/byte-source.ts';
import { openBytes } from '../bytes/open-bytes.ts';
import { FileFormatError } from '../file-format-error.ts';
import { listed, printable } from '../printable.ts';
import { brokenNpz } from './broken-npz.ts';
import { memberBytes } from './member-bytes.ts';
import { type NpyHeader, type NpyValues, readNpyHeader, storageOf } from './npy-header.ts';
import { PieceReader } from './piece-reader.ts';
import { zipDirectory, type ZipEntry } from './zip-directory.ts';

/** An array of an `.npz` file. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** In C order: the last axis varies fastest. */
  readonly data: NpyValues;
}

/** An `.npz` file whose arrays are read one by one; not by several callers at once. */
export interface NpzReader {
  /** Type and shape of each array that can be read. No prototype, so that any name is just a name. */
  readonly entries: Readonly<Record<string, NpyHeader>>;
  /** Why each array that cannot be read cannot: pickled, damaged or of a type that is not known. No prototype either. */
  readonly unreadable: Readonly<Record<string, FileFormatError>>;
  /**
   * Reads one array.
   *
   * @throws RangeError when there is none of that name; FileFormatError when it is damaged or larger than `maxBytes`
   * (2 GiB unless told)
   */
  read(name: string, options?: { maxBytes?: number }): Promise<NpyArray>;
  /**
   * Reads one array along its first axis, `batch` rows at a time (the last time fewer), without holding more of it. An array in
   * Fortran order is not stored in rows, so it is read whole, up to 256 MiB.
   *
   * @throws as `read`; FileFormatError for rows without numbers and for batches above 512 MiB; RangeError for a batch below 1 and for
   * arrays without axes
   */
  rows(name: string, options: { batch: number }): AsyncGenerator<NpyArray, void>;
  /** Frees what the file holds; to be called in the end. */
  close(): Promise<void>;
}

/**
 * Opens a file of numpy's `savez` or `savez_compressed`. Nothing in it is trusted: sizes are checked before anything is
 * allocated, pickled objects are refused, and no code of a file can run.
 *
 * @param source a path, a `file:` URL (Node), an `http(s):` URL, a `Blob` such as a chosen `File`, or the bytes
 * @param options signal that ends a download
 * @returns a reader, which the caller closes
 * @throws FileFormatError naming what is wrong with the file; Error naming the file when it cannot be read
 * @example
 * ```ts
 * const file = await openNpz(writeNpz({ mu: { shape: [2], data: Float64Array.of(1, 2) } }));
 * const { shape, data } = await file.read('mu'); // [2], Float64Array [1, 2]
 * await file.close();
 * ```
 */
export async function openNpz(
  source: string | URL | Blob | Uint8Array,
  { signal }: { signal?: AbortSignal } = {},
): Promise<NpzReader> {
  const bytes = await openBytes(source, { signal });
  try {
    return readerOf(bytes, await membersOf(bytes));
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

interface Member {
  readonly entry: ZipEntry;
  readonly header: NpyHeader;
}

const maxBatch = 2 ** 29;
const maxFortran = 2 ** 28; // it is needed twice

/** Members by name; one that cannot be read is no obstacle to the others, so its error waits until it is asked for. */
async function membersOf(bytes: ByteSource): Promise<Map<string, Member | FileFormatError>> {
  const members = new Map<string, Member | FileFormatError>();
  for (const entry of await zipDirectory(bytes)) {
    const name = entry.name.replace(/\.npy$/, '');
    members.set(
      name,
      await readHeader(bytes, entry).then(
        (header) => ({ entry, header }),
        (error: unknown) => {
          if (error instanceof FileFormatError) return error;
          throw error;
        },
      ),
    );
  }
  return members;
}

async function readHeader(bytes: ByteSource, entry: ZipEntry): Promise<NpyHeader> {
  const reader = new PieceReader(memberBytes(bytes, entry));
  try {
    const header = await readNpyHeader(reader, entry.name);
    assertSize(entry, header);
    return header;
  } finally {
    await reader.close();
  }
}

const countOf = (shape: readonly number[]): number =>
  shape.includes(0) ? 0 : shape.reduce((product, n) => product * n, 1);

// A product beyond 2^53 is rounded, but then far from any length a file can have
function assertSize({ name, size }: ZipEntry, header: NpyHeader): void {
  const needed = countOf(header.shape) * storageOf(header).bytes;
  if (needed !== size - header.length)
    throw brokenNpz(`${name} of shape [${header.shape}] needs ${needed} bytes but has ${size - header.length}`);
}

function readerOf(bytes: ByteSource, members: ReadonlyMap<string, Member | FileFormatError>): NpzReader {
  const entries = Object.create(null) as Record<string, NpyHeader>;
  const unreadable = Object.create(null) as Record<string, FileFormatError>;
  for (const [name, member] of members)
    if (member instanceof FileFormatError) unreadable[name] = member;
    else entries[name] = member.header;
  const memberOf = (name: string): Member => {
    const member = members.get(name);
    if (member === undefined)
      throw new RangeError(
        `openNpz: there is no array '${printable(name)}' in the file, only ${listed([...members.keys()])}.`,
      );
    if (member instanceof FileFormatError) throw member;
    return member;
  };
  return {
    entries,
    unreadable,
    read: async (name, { maxBytes = 2 ** 31 } = {}) => readArray(bytes, memberOf(name), maxBytes),
    rows: (name, { batch }) => readRows(bytes, memberOf(name), batch),
    close: () => bytes.close(),
  };
}

async function readArray(bytes: ByteSource, { entry, header }: Member, maxBytes: number): Promise<NpyArray> {
  const size = entry.size - header.length;
  if (size > maxBytes)
    throw new FileFormatError(
      `openNpz: ${entry.name} of shape [${header.shape}] has ${size} bytes, more than the ${maxBytes} allowed. ` +
        'Read it in rows, or allow more if it is the right file.',
    );
  const reader = await behindHeader(bytes, entry, header);
  const buffer = new ArrayBuffer(size);
  await reader.fill(new Uint8Array(buffer));
  await reader.fill(new Uint8Array(1)); // the end, where size and check sum are compared
  const data = storageOf(header).view(buffer);
  return { shape: header.shape, data: header.fortranOrder ? inCOrder(data, header.shape) : data };
}

async function* readRows(bytes: ByteSource, { entry, header }: Member, batch: number): AsyncGenerator<NpyArray, void> {
  const [total, ...inner] = header.shape;
  if (total === undefined) throw new RangeError(`openNpz: ${entry.name} is a single number and has no rows.`);
  if (!Number.isSafeInteger(batch) || batch < 1)
    throw new RangeError(`openNpz: batch is ${batch}; it must be an integer ≥ 1.`);
  const rowBytes = countOf(inner) * storageOf(header).bytes;
  if (total > 0 && rowBytes === 0) throw brokenNpz(`${entry.name} of shape [${header.shape}] has rows without numbers`);
  if (Math.min(total, batch) * rowBytes > maxBatch)
    throw new FileFormatError(
      `openNpz: ${batch} rows of ${entry.name} of shape [${header.shape}] are more than ${maxBatch} bytes. Read fewer at a time.`,
    );
  const whole =
    header.fortranOrder && inner.length > 0 ? await readArray(bytes, { entry, header }, maxFortran) : undefined;
  const reader = whole === undefined ? await behindHeader(bytes, entry, header) : undefined;
  const { bytes: size, view } = storageOf(header);
  const rowLength = countOf(inner);
  try {
    for (let begin = 0; begin < total; begin += batch) {
      const count = Math.min(batch, total - begin);
      const shape = [count, ...inner];
      if (whole !== undefined) {
        yield { shape, data: whole.data.slice(begin * rowLength, (begin + count) * rowLength) };
        continue;
      }
      const buffer = new ArrayBuffer(count * rowLength * size);
      await reader?.fill(new Uint8Array(buffer));
      if (begin + count === total) await reader?.fill(new Uint8Array(1)); // compares size and check sum
      yield { shape, data: view(buffer) };
    }
  } finally {
    await reader?.close();
  }
}

async function behindHeader(bytes: ByteSource, entry: ZipEntry, { length }: NpyHeader): Promise<PieceReader> {
  const reader = new PieceReader(memberBytes(bytes, entry));
  await reader.fill(new Uint8Array(length));
  return reader;
}

/** Values of which the first axis varies fastest, so that the last does. */
function inCOrder(data: NpyValues, shape: readonly number[]): NpyValues {
  const result = data.slice();
  const strides = shape.map((_, axis) => countOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  for (let to = 0, from = 0; to < data.length; to++) {
    result[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      from += strides[axis];
      if (index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}
