import { FileFormatError } from '../file-format-error.ts';
import { halvesToFloats } from '../half-precision.ts';
import { printable } from '../printable.ts';
import { brokenNpz } from './broken-npz.ts';
import type { PieceReader } from './piece-reader.ts';

/** Numbers of an array: halves as float32, integers of 8 and 16 bits with a sign, and those of 16 without, as int32. */
export type NpyValues = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** What an array is, before it is read. */
export interface NpyHeader {
  /** numpy's name of the type: `'|u1'`, `'|i1'`, `'|b1'`, or `'<'` or `'>'` with `f2`, `f4`, `f8`, `i2`, `u2`, `i4` or `i8`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Whether the first axis varies fastest in the file. */
  readonly fortranOrder: boolean;
  /** Bytes before the numbers. */
  readonly length: number;
}

interface DType {
  readonly bytes: number;
  /** The values of a buffer, which may share it. */
  readonly view: (buffer: ArrayBuffer) => NpyValues;
}

/** As everywhere that TensorFlow.js runs, typed arrays are little-endian. */
const numbers = {
  f2: { bytes: 2, view: (buffer) => halvesToFloats(new Uint16Array(buffer)) },
  f4: { bytes: 4, view: (buffer) => new Float32Array(buffer) },
  f8: { bytes: 8, view: (buffer) => new Float64Array(buffer) },
  i2: { bytes: 2, view: (buffer) => Int32Array.from(new Int16Array(buffer)) },
  u2: { bytes: 2, view: (buffer) => Int32Array.from(new Uint16Array(buffer)) },
  i4: { bytes: 4, view: (buffer) => new Int32Array(buffer) },
  i8: { bytes: 8, view: (buffer) => new BigInt64Array(buffer) },
} satisfies Record<string, DType>;

/** The types that are read. */
const dtypes: ReadonlyMap<string, DType> = /* @__PURE__ */ new Map<string, DType>([
  ...Object.entries(numbers).flatMap(([name, { bytes, view }]): [string, DType][] => [
    [`<${name}`, { bytes, view }],
    [`>${name}`, { bytes, view: (buffer) => view(withBytesReversed(buffer, bytes)) }],
  ]),
  ['|i1', { bytes: 1, view: (buffer) => Int32Array.from(new Int8Array(buffer)) }],
  ['|u1', { bytes: 1, view: (buffer) => new Uint8Array(buffer) }],
  ['|b1', { bytes: 1, view: (buffer) => new Uint8Array(buffer) }],
]);

/** Reverses the bytes of each value in place. */
function withBytesReversed(buffer: ArrayBuffer, size: number): ArrayBuffer {
  const bytes = new Uint8Array(buffer);
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return buffer;
}

/** How the values of an array with this header are stored. */
export function storageOf({ dtype }: Pick<NpyHeader, 'dtype'>): DType {
  const storage = dtypes.get(dtype);
  if (storage === undefined) throw new RangeError(`openNpz: '${dtype}' is not a type that is read.`);
  return storage;
}

const maxHeader = 65535;
const maxRank = 32;

/** Reads the header of an array, and nothing behind it. */
export async function readNpyHeader(reader: PieceReader, name: string): Promise<NpyHeader> {
  const broken = (what: string) => brokenNpz(`${name} ${what}`);
  const start = new Uint8Array(8);
  const magic = '\x93NUMPY';
  if ((await reader.fill(start)) < 8 || [...magic].some((letter, i) => letter.charCodeAt(0) !== start[i]))
    throw broken('is not an array of numpy');
  const [wide, version] = [start[6] > 1, start[6]];
  if (version < 1 || version > 3) throw broken(`has version ${version} of the format; 1, 2 and 3 are known`);
  const lengthBytes = new Uint8Array(wide ? 4 : 2);
  const complete = (await reader.fill(lengthBytes)) === lengthBytes.length;
  const length = lengthBytes.reduceRight((value, byte) => value * 256 + byte, 0);
  if (!complete || length > maxHeader) throw broken(`has a header of ${length} bytes, more than ${maxHeader}`);
  const text = new Uint8Array(length);
  if ((await reader.fill(text)) < length) throw broken('ends within its header');
  const parsed = parse(new TextDecoder().decode(text), name);
  return { ...parsed, length: 8 + lengthBytes.length + length };
}

// no part can match what the next one can, so that the time is linear in the text
const dictionary =
  /^\{\s*'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d\s,]*)\)(?:,\s*)?\}\s*$/;

function parse(text: string, name: string): Omit<NpyHeader, 'length'> {
  const [, dtype, order, sizes] = dictionary.exec(text) ?? [];
  if (dtype?.includes('O'))
    throw new FileFormatError(
      `openNpz: ${name} holds pickled Python objects, which may run any code when they are read. ` +
        'Save arrays of numbers: numpy.savez(file, mu=mu, sigma=sigma).',
    );
  if (dtype === undefined || !dtypes.has(dtype))
    throw new FileFormatError(
      `openNpz: ${name} has the header ${printable(text.trim(), 200)}; read are arrays of ${[...dtypes.keys()].join(', ')}. ` +
        "Convert it with array.astype('<f4').",
    );
  const shape = sizes.split(',', maxRank + 2).flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  if (shape.length > maxRank || !shape.every(Number.isSafeInteger))
    throw new FileFormatError(
      `openNpz: ${name} has the impossible shape (${printable(sizes, 80)}). Write the file again.`,
    );
  return { dtype, shape, fortranOrder: order === 'True' };
}
