/** A tensor to write: float32 or int32 values in row-major order. */
export interface WritableTensor {
  shape: readonly number[];
  data: Float32Array | Int32Array;
}

/**
 * Writes tensors as a safetensors file: names sorted, header padded with spaces to 8 bytes, so equal content gives equal bytes.
 *
 * @param metadata strings stored beside the tensors.
 * @throws TypeError for other data types, RangeError when a shape does not match its data or a tensor is called `__metadata__`.
 * @example
 * ```ts
 * import { writeSafetensors } from '@diffgan/ops/files';
 * const bytes = writeSafetensors({ bias: { shape: [2], data: Float32Array.of(0, 1) } }, { format: 'tfjs' });
 * ```
 */
export function writeSafetensors(
  tensors: Record<string, WritableTensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const names = Object.keys(tensors).sort();
  const header = encodeHeader(names, tensors, metadata);
  const start = 8 + header.length;
  const size = names.reduce((sum, name) => sum + tensors[name].data.byteLength, 0);
  const bytes = new Uint8Array(start + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let offset = start;
  for (const name of names) {
    const { data } = tensors[name];
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

function encodeHeader(
  names: string[],
  tensors: Record<string, WritableTensor>,
  metadata: Record<string, string>,
): Uint8Array {
  const fields: string[] = [];
  if (Object.keys(metadata).length) fields.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let offset = 0;
  for (const name of names) {
    const { shape, data } = tensors[name];
    assertWritable(name, tensors[name]);
    const end = offset + data.byteLength;
    const dtype = data instanceof Int32Array ? 'I32' : 'F32';
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [offset, end] })}`);
    offset = end;
  }
  const text = new TextEncoder().encode(`{${fields.join()}}`);
  const header = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  header.set(text);
  return header;
}

function assertWritable(name: string, { shape, data }: WritableTensor): void {
  if (name === '__metadata__')
    throw new RangeError('writeSafetensors: a tensor cannot be called __metadata__; rename it');
  if (!(data instanceof Float32Array) && !(data instanceof Int32Array))
    throw new TypeError(`writeSafetensors: tensor "${name}" must hold a Float32Array or an Int32Array`);
  const size = shape.reduce((product, n) => product * n, 1);
  if (!shape.every((n) => Number.isInteger(n) && n >= 0) || size !== data.length)
    throw new RangeError(`writeSafetensors: tensor "${name}" has shape [${shape}] but ${data.length} values`);
}
