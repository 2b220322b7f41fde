import { AtomicFile } from '../atomic-file.ts';
import { crc32, crc32Joined } from './crc32.ts';
import { dtypeOf, npyHeader } from './write-npy-header.ts';
import type { WritableArray } from './write-npz.ts';
import { directoryEnd, directoryEntry, localHeader, type ZipMember } from './zip-records.ts';

/** An array that is being written. */
interface OpenArray {
  readonly name: Uint8Array;
  readonly offset: number;
  readonly dtype: string;
  readonly rowShape: readonly number[];
  rows: number;
  crc: number;
  bytes: number;
}

const npyHeaderBytes = 256; // room for any shape, since the number of rows is known last
const limit = 2 ** 32;

/**
 * Writes an `.npz` file of more rows than fit into memory: each array grows row by row, one array after the other. The file is there once
 * `finish` has returned, and not at all before. Node only.
 *
 * @example
 * ```ts
 * const file = await NpzWriter.create('samples.npz');
 * await file.append('arr_0', { shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
 * await file.append('arr_0', { shape: [1, 3], data: Uint8Array.of(7, 8, 9) });
 * await file.finish(); // arr_0 of shape [3, 3]
 * ```
 */
export class NpzWriter {
  readonly #ended: (ZipMember & { offset: number })[] = [];
  #array: OpenArray | undefined;
  #at = 0;

  private constructor(
    readonly path: string,
    readonly file: AtomicFile,
  ) {}

  /** Begins a file beside `path`, which takes its place in the end. */
  static async create(path: string): Promise<NpzWriter> {
    return new NpzWriter(path, await AtomicFile.create(path));
  }

  /**
   * Appends rows to the array `name`, which begins with its first ones.
   *
   * @throws RangeError for rows of another shape or type, for an array that has ended, and when the file would reach 4 GiB
   */
  async append(name: string, { shape, data }: WritableArray): Promise<void> {
    const [rows, ...rowShape] = shape;
    if (shape.length === 0 || rows * rowShape.reduce((product, n) => product * n, 1) !== data.length)
      throw new RangeError(`NpzWriter: ${name} has ${data.length} values; they do not fill rows of shape [${shape}].`);
    const array = await this.#arrayOf(name, dtypeOf(data), rowShape);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (this.#at + bytes.length + 1024 * (this.#ended.length + 2) >= limit)
      throw new RangeError(`NpzWriter: ${this.path} would have 4 GiB or more; write several files.`);
    await this.file.write(bytes, this.#at);
    this.#at += bytes.length;
    array.rows += rows;
    array.bytes += bytes.length;
    array.crc = crc32(bytes, array.crc);
  }

  /** Ends the file and puts it in its place. */
  async finish(): Promise<void> {
    await this.#endArray();
    const size = this.#ended.reduce((sum, { name }) => sum + 46 + name.length, 0);
    const directory = new Uint8Array(size + 22);
    this.#ended.reduce((at, member) => directoryEntry(directory, at, member), 0);
    directoryEnd(directory, this.#ended.length, size, this.#at);
    await this.file.write(directory, this.#at);
    await this.file.finish();
  }

  /** Gives up: nothing stays. */
  discard(): Promise<void> {
    return this.file.discard();
  }

  async #arrayOf(name: string, dtype: string, rowShape: readonly number[]): Promise<OpenArray> {
    const bytes = new TextEncoder().encode(`${name}.npy`);
    const same = (other: { name: Uint8Array }) => new TextDecoder().decode(other.name) === `${name}.npy`;
    if (this.#array && same(this.#array)) {
      if (this.#array.dtype === dtype && this.#array.rowShape.join() === rowShape.join()) return this.#array;
      throw new RangeError(
        `NpzWriter: ${name} has rows of ${this.#array.dtype} [${this.#array.rowShape}]; these are of ${dtype} [${rowShape}].`,
      );
    }
    if (this.#ended.some(same))
      throw new RangeError(`NpzWriter: ${name} has ended; append its rows one after the other.`);
    await this.#endArray();
    this.#array = { name: bytes, offset: this.#at, dtype, rowShape, rows: 0, crc: 0, bytes: 0 };
    this.#at += 30 + bytes.length + npyHeaderBytes;
    return this.#array;
  }

  /** Now that the number of rows is known, what stands before them can be written. */
  async #endArray(): Promise<void> {
    if (!this.#array) return;
    const { name, offset, dtype, rowShape, rows, crc, bytes } = this.#array;
    const header = npyHeader(dtype, [rows, ...rowShape], npyHeaderBytes);
    const member = { name, crc: crc32Joined(crc32(header), crc, bytes), size: header.length + bytes, offset };
    const start = new Uint8Array(30 + name.length + header.length);
    start.set(header, localHeader(start, 0, member));
    await this.file.write(start, offset);
    this.#ended.push(member);
    this.#array = undefined;
  }
}
