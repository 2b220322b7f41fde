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
  decode: (view: DataView, length: number, name: string) => TensorData['data'];
}

const fill = <T extends Float32Array | Float64Array | Int32Array | Uint8Array>(
  out: T,
  at: (i: number) => number,
): T => {
  for (let i = 0; i < out.length; i++) out[i] = at(i);
  return out;
};

const dtypes: Record<string, DType> = Object.assign(Object.create(null) as Record<string, DType>, {
  F64: { size: 8, decode: (v, n) => fill(new Float32Array(n), (i) => v.getFloat64(8 * i, true)) },
  F32: { size: 4, decode: (v, n) => fill(new Float32Array(n), (i) => v.getFloat32(4 * i, true)) },
  F16: { size: 2, decode: (v, n) => fill(new Float32Array(n), (i) => fromHalf(v.getUint16(2 * i, true))) },
  BF16: { size: 2, decode: decodeBrainFloat },
  I64: { size: 8, decode: decodeLong },
  I32: { size: 4, decode: (v, n) => fill(new Int32Array(n), (i) => v.getInt32(4 * i, true)) },
  U8: { size: 1, decode: (v, n) => fill(new Uint8Array(n), (i) => v.getUint8(i)) },
  BOOL: { size: 1, decode: (v, n) => fill(new Uint8Array(n), (i) => Number(v.getUint8(i) !== 0)) },
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
function decodeBrainFloat(view: DataView, length: number): Float32Array {
  const bits = new Uint32Array(length);
  for (let i = 0; i < length; i++) bits[i] = view.getUint16(2 * i, true) << 16;
  return new Float32Array(bits.buffer);
}

function decodeLong(view: DataView, length: number, name: string): Float64Array {
  return fill(new Float64Array(length), (i) => {
    const value = Number(view.getBigInt64(8 * i, true));
    if (!Number.isSafeInteger(value))
      throw broken(`tensor "${name}" holds ${value}, beyond the exact integers of a number`);
    return value;
  });
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
 * const { tensors } = readSafetensors(writeSafetensors({ w: { shape: [2], data: Float32Array.of(1, 2) } }));
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, start } = readHeader(bytes);
  const body = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
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
    const { size, decode } = dtypes[dtype];
    const view = new DataView(body.buffer, body.byteOffset + begin, end - begin);
    tensors[name] = { dtype, shape, data: decode(view, (end - begin) / size, name) };
  }
  return { tensors, metadata };
}

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
