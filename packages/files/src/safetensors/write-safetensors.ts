import { codec, type DType, dtypes, isDType, type TensorValues } from './safetensors-types.ts';

/** A tensor to write: its values in row-major order. */
export interface WritableTensor {
  shape: readonly number[];
  data: TensorValues;
  /** Type in the file, to which the values are converted: rounded to the nearest number it has. @defaultValue that of the values */
  dtype?: DType;
}

interface Encoded {
  name: string;
  dtype: DType;
  shape: readonly number[];
  bytes: Uint8Array;
}

/**
 * Writes tensors as a safetensors file: names sorted, header padded with spaces to 8 bytes, so equal content gives equal bytes.
 *
 * @param metadata strings stored beside the tensors.
 * @throws TypeError for values that are no typed array or a type that is not written, RangeError when a shape does not match its data,
 * a value does not fit its type or a tensor is called `__metadata__`.
 * @example
 * ```ts
 * import { writeSafetensors } from '@diffgan/files';
 * const data = Float32Array.of(0, 1);
 * const bytes = writeSafetensors({ bias: { shape: [2], data }, small: { shape: [2], data, dtype: 'F16' } });
 * ```
 */
export function writeSafetensors(
  tensors: Record<string, WritableTensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const encoded = Object.keys(tensors)
    .sort()
    .map((name) => encode(name, tensors[name]));
  const header = encodeHeader(encoded, metadata);
  const size = encoded.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const file = new Uint8Array(8 + header.length + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let offset = 8 + header.length;
  for (const { bytes } of encoded) {
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}

function encodeHeader(tensors: Encoded[], metadata: Record<string, string>): Uint8Array {
  const fields: string[] = [];
  if (Object.keys(metadata).length) fields.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let offset = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    const end = offset + bytes.length;
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [offset, end] })}`);
    offset = end;
  }
  const text = new TextEncoder().encode(`{${fields.join()}}`);
  const header = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  header.set(text);
  return header;
}

function encode(name: string, { shape, data, dtype = typeOf(data) }: WritableTensor): Encoded {
  if (name === '__metadata__')
    throw new RangeError('writeSafetensors: a tensor cannot be called __metadata__; rename it');
  if (dtype === undefined)
    throw new TypeError(
      `writeSafetensors: tensor "${name}" must hold a Float32Array, Float64Array, Int32Array or Uint8Array`,
    );
  if (!isDType(dtype))
    throw new TypeError(
      `writeSafetensors: tensor "${name}" has type ${String(dtype)}; use one of ${dtypes.join(', ')}`,
    );
  const size = shape.reduce((product, n) => product * n, 1);
  if (!shape.every((n) => Number.isInteger(n) && n >= 0) || size !== data.length)
    throw new RangeError(`writeSafetensors: tensor "${name}" has shape [${shape}] but ${data.length} values`);
  const { buffer, byteOffset, byteLength } = encodeValues(name, dtype, data);
  return { name, dtype, shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

function encodeValues(name: string, dtype: DType, data: TensorValues): ArrayBufferView {
  try {
    return codec(dtype).encode(data);
  } catch (error) {
    throw new RangeError(`writeSafetensors: tensor "${name}" ${(error as Error).message}`, { cause: error });
  }
}

function typeOf(data: unknown): DType | undefined {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof Int32Array) return 'I32';
  return data instanceof Uint8Array ? 'U8' : undefined;
}
