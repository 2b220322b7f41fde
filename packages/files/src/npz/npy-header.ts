import { FileFormatError } from '../file-format-error.ts';
import { brokenNpz } from './broken-npz.ts';
import type { PieceReader } from './piece-reader.ts';

/** Numbers of an array. */
export type NpyValues = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** What an array is, before it is read. */
export interface NpyHeader {
  /** numpy's name of the type: `'<f4'`, `'<f8'`, `'<i4'`, `'<i8'`, `'|u1'` or `'|b1'`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Whether the first axis varies fastest in the file. */
  readonly fortranOrder: boolean;
  /** Bytes before the numbers. */
  readonly length: number;
}

interface DType {
  readonly bytes: number;
  /** The values of a buffer; as everywhere that TensorFlow.js runs, typed arrays are little-endian. */
  readonly view: (buffer: ArrayBuffer) => NpyValues;
}

/** The types that are read. */
const dtypes: ReadonlyMap<string, DType> = /* @__PURE__ */ new Map<string, DType>([
  ['<f4', { bytes: 4, view: (buffer) => new Float32Array(buffer) }],
  ['<f8', { bytes: 8, view: (buffer) => new Float64Array(buffer) }],
  ['<i4', { bytes: 4, view: (buffer) => new Int32Array(buffer) }],
  ['<i8', { bytes: 8, view: (buffer) => new BigInt64Array(buffer) }],
  ['|u1', { bytes: 1, view: (buffer) => new Uint8Array(buffer) }],
  ['|b1', { bytes: 1, view: (buffer) => new Uint8Array(buffer) }],
]);

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

const dictionary =
  /^\{\s*'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(((?:\s*\d+\s*,?)*)\s*\),?\s*\}\s*$/;

function parse(text: string, name: string): Omit<NpyHeader, 'length'> {
  const [, dtype, order, sizes] = dictionary.exec(text) ?? [];
  if (dtype?.includes('O'))
    throw new FileFormatError(
      `openNpz: ${name} holds pickled Python objects, which may run any code when they are read. ` +
        'Save arrays of numbers: numpy.savez(file, mu=mu, sigma=sigma).',
    );
  if (dtype === undefined || !dtypes.has(dtype))
    throw new FileFormatError(
      `openNpz: ${name} has the header ${text.trim().slice(0, 200)}; read are arrays of ${[...dtypes.keys()].join(', ')}. ` +
        "Convert it with array.astype('<f4').",
    );
  const shape = (sizes.match(/\d+/g) ?? []).map(Number);
  if (shape.length > maxRank || !shape.every(Number.isSafeInteger))
    throw new FileFormatError(`openNpz: ${name} has the impossible shape [${shape}]. Write the file again.`);
  return { dtype, shape, fortranOrder: order === 'True' };
}
