import { FileFormatError } from './file-format-error.ts';

/** One tensor of a file. F16, BF16 and F64 are converted to float32; I64 to the float64 numbers of the same value. */
export interface TensorData {
  dtype: string;
  shape: number[];
  data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** What a safetensors file holds. Both records have no prototype, so that any name is just a name. */
export interface SafetensorsFile {
  tensors: Record<string, TensorData>;
  metadata: Record<string, string>;
}

const maxHeader = 25e6;

interface DType {
  size: number;
  /** Converts a copy of the bytes of one tensor; as everywhere that TensorFlow.js runs, typed arrays are little-endian. */
  decode: (bytes: ArrayBuffer, name: string) => TensorData['data'];
}

const dtypes: Record<string, DType> = Object.assign(Object.create(null) as Record<string, DType>, {
  F64: { size: 8, decode: (bytes) => Float32Array.from(new Float64Array(bytes)) },
  F32: { size: 4, decode: (bytes) => new Float32Array(bytes) },
  F16: { size: 2, decode: (bytes) => Float32Array.from(new Uint16Array(bytes), fromHalf) },
  BF16: { size: 2, decode: (bytes) => fromBrainFloat(new Uint16Array(bytes)) },
  I64: { size: 8, decode: (bytes, name) => Float64Array.from(new BigInt64Array(bytes), (v) => toNumber(v, name)) },
  I32: { size: 4, decode: (bytes) => new Int32Array(bytes) },
  U8: { size: 1, decode: (bytes) => new Uint8Array(bytes) },
  BOOL: { size: 1, decode: (bytes) => new Uint8Array(bytes).map((v) => Number(v !== 0)) },
} satisfies Record<string, DType>);

/** IEEE half precision: 1 sign, 5 exponent and 10 fraction bits. */
function fromHalf(bits: number): number {
  const sign = bits >>> 15 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** bfloat16 is the upper half of a float32. */
const fromBrainFloat = (halves: Uint16Array) => new Float32Array(Uint32Array.from(halves, (v) => v << 16).buffer);

function toNumber(value: bigint, name: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw broken(`tensor "${name}" holds ${value}, beyond the exact integers of a number`);
  return number;
}

const broken = (what: string) =>
  new FileFormatError(
    `readSafetensors: ${what}; the file is damaged or not a safetensors file, fetch or write it again`,
  );

/**
 * Reads a safetensors file. Nothing is trusted: lengths, offsets, shapes and types are checked before anything is allocated.
 *
 * @param bytes the whole file.
 * @returns the tensors as typed arrays (copies) and the metadata.
 * @throws FileFormatError naming what is wrong.
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from '@diffgan/ops/files';
 * const { tensors } = readSafetensors(writeSafetensors({ w: { shape: [2], data: Float32Array.of(1, 2) } }));
 * ```
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, start } = readHeader(bytes);
  const body = bytes.subarray(start);
  const metadata = readMetadata(header);
  const entries = Object.keys(header)
    .filter((name) => name !== '__metadata__')
    .map((name) => readEntry(name, header[name], body.byteLength))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let next = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== next) throw broken(`tensor "${name}" begins at byte ${begin} of the data instead of ${next}`);
    next = end;
  }
  if (next !== body.byteLength) throw broken(`the tensors cover ${next} of ${body.byteLength} bytes of data`);
  const tensors = Object.create(null) as Record<string, TensorData>;
  for (const { name, dtype, shape, begin, end } of entries) {
    tensors[name] = { dtype, shape, data: dtypes[dtype].decode(copyOf(body.subarray(begin, end)), name) };
  }
  return { tensors, metadata };
}

/** A copy begins at an address that every typed array accepts. */
const copyOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) throw broken(`${bytes.length} bytes are fewer than the 8 of the header length`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(bytes.length - 8) || length > BigInt(maxHeader))
    throw broken(
      `a header of ${length} bytes does not fit into ${bytes.length} bytes (at most ${maxHeader} are allowed)`,
    );
  const start = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, start)));
  } catch (error) {
    throw broken(`the header is not JSON (${(error as Error).message})`);
  }
  if (!isRecord(header)) throw broken('the header is not a JSON object');
  return { header, start };
}

function readMetadata(header: Record<string, unknown>): Record<string, string> {
  const metadata = Object.create(null) as Record<string, string>;
  if (!Object.hasOwn(header, '__metadata__')) return metadata;
  const given = header.__metadata__;
  if (!isRecord(given)) throw broken('__metadata__ is not an object');
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string') throw broken(`metadata "${name}" is not a string`);
    metadata[name] = value;
  }
  return metadata;
}

interface Entry {
  name: string;
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);

function readEntry(name: string, entry: unknown, available: number): Entry {
  if (!isRecord(entry)) throw broken(`the entry of tensor "${name}" is not an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !(dtype in dtypes))
    throw broken(
      `tensor "${name}" has type ${JSON.stringify(dtype)}, but only ${Object.keys(dtypes).join(', ')} are read`,
    );
  if (!isCounts(shape)) throw broken(`tensor "${name}" has the impossible shape ${JSON.stringify(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1] || offsets[1] > available)
    throw broken(`tensor "${name}" has offsets ${JSON.stringify(offsets)} outside the ${available} bytes of data`);
  const [begin, end] = offsets;
  // A product beyond 2^53 is rounded, but then far from any length a file can have.
  const size = shape.includes(0) ? 0 : shape.reduce((product, n) => product * n, dtypes[dtype].size);
  if (size !== end - begin)
    throw broken(`tensor "${name}" of shape [${shape}] needs ${size} bytes but has ${end - begin}`);
  return { name, dtype, shape, begin, end };
}
