import { FileFormatError } from '../file-format-error.ts';
import { printable } from '../printable.ts';
import { jsonOutline } from './json-outline.ts';
import { codec, type DType, dtypes, isDType } from './safetensors-types.ts';

/** Longer headers are refused: real ones have some hundred bytes a tensor. */
const maxHeader = 25e6;
/** A header is an object of objects of lists. */
const maxDepth = 3;
const maxTensors = 1e5; // the largest networks have some ten thousand
const maxRank = 16;

/** A tensor as the header tells it. */
export interface TensorEntry {
  name: string;
  dtype: DType;
  shape: number[];
  /** First byte in the data, which follows the header. */
  begin: number;
  /** The byte after the last. */
  end: number;
}

/** What a header says: the entries in the order of their bytes, which cover all of the data. */
export interface SafetensorsHeader {
  entries: TensorEntry[];
  metadata: Record<string, string>;
}

const broken = (what: string) =>
  new FileFormatError(`${what}; the file is damaged or not a safetensors file, fetch or write it again`);

/**
 * Length of the header, which begins at byte 8.
 *
 * @param first the first 8 bytes of the file, or all there are.
 * @param fileSize bytes of the whole file.
 */
export function headerLength(first: Uint8Array, fileSize: number): number {
  if (first.length < 8) throw broken(`${first.length} bytes are fewer than the 8 of the header length`);
  const length = new DataView(first.buffer, first.byteOffset).getBigUint64(0, true);
  if (length > BigInt(fileSize - 8) || length > BigInt(maxHeader))
    throw broken(`a header of ${length} bytes does not fit into ${fileSize} bytes (at most ${maxHeader} are allowed)`);
  return Number(length);
}

/** Reads a header. Nothing is trusted: lengths, offsets, shapes and types fit each other and the `available` bytes of data. */
export function parseHeader(bytes: Uint8Array, available: number): SafetensorsHeader {
  const header = parseJson(bytes);
  const metadata = readMetadata(header);
  const entries = Object.keys(header)
    .filter((name) => name !== '__metadata__')
    .map((name) => readEntry(name, header[name], available))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let next = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== next)
      throw broken(`tensor "${printable(name)}" begins at byte ${begin} of the data instead of ${next}`);
    next = end;
  }
  if (next !== available) throw broken(`the tensors cover ${next} of ${available} bytes of data`);
  return { entries, metadata };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  const { names, depth, commas } = jsonOutline(bytes, maxDepth);
  if (depth > maxDepth) throw broken(`the header is nested more than ${maxDepth} deep`);
  if (names > maxTensors) throw broken(`the header names ${names} tensors, more than ${maxTensors}`);
  if (commas >= maxRank) throw broken(`a shape has ${commas + 1} axes, more than ${maxRank}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw broken(`the header is not JSON (${printable((error as Error).message)})`);
  }
  if (!isRecord(header)) throw broken('the header is not a JSON object');
  if (Object.keys(header).length !== names) throw broken('the header names a tensor twice');
  return header;
}

function readMetadata(header: Record<string, unknown>): Record<string, string> {
  const metadata = Object.create(null) as Record<string, string>;
  if (!Object.hasOwn(header, '__metadata__')) return metadata;
  const given = header.__metadata__;
  if (!isRecord(given)) throw broken('__metadata__ is not an object');
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string') throw broken(`metadata "${printable(name)}" is not a string`);
    metadata[name] = value;
  }
  return metadata;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);

function readEntry(name: string, entry: unknown, available: number): TensorEntry {
  if (!isRecord(entry)) throw broken(`the entry of tensor "${printable(name)}" is not an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDType(dtype))
    throw new FileFormatError(
      `tensor "${printable(name)}" has type ${printable(String(JSON.stringify(dtype)))}, and only ${dtypes.join(', ')} are read; ` +
        'convert it with the Python package safetensors, or fetch the file again if it should not have that type',
    );
  if (!isCounts(shape))
    throw broken(`tensor "${printable(name)}" has the impossible shape ${printable(String(JSON.stringify(shape)))}`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1] || offsets[1] > available)
    throw broken(
      `tensor "${printable(name)}" has offsets ${printable(String(JSON.stringify(offsets)))} outside the ${available} bytes of data`,
    );
  const [begin, end] = offsets;
  // A product beyond 2^53 is rounded, but then far from any length a file can have.
  const size = shape.includes(0) ? 0 : shape.reduce((product, n) => product * n, codec(dtype).size);
  if (size !== end - begin)
    throw broken(`tensor "${printable(name)}" of shape [${shape}] needs ${size} bytes but has ${end - begin}`);
  return { name, dtype, shape, begin, end };
}
