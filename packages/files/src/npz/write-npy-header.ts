import type { NpyValues } from './npy-header.ts';

/**
 * What numpy writes before the numbers of an array in C order.
 *
 * @param length bytes it is to have; the fewest that align the numbers at 64 bytes unless told
 */
export function npyHeader(dtype: string, shape: readonly number[], length?: number): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const padding = ' '.repeat(length === undefined ? 63 - ((10 + text.length) % 64) : length - 11 - text.length);
  const bytes = new TextEncoder().encode(`?NUMPY????${text}${padding}\n`);
  bytes[0] = 0x93;
  new DataView(bytes.buffer).setUint16(6, 1, true); // version 1.0
  new DataView(bytes.buffer).setUint16(8, bytes.length - 10, true);
  return bytes;
}

/** numpy's name of the type of these numbers. */
export function dtypeOf(data: NpyValues): string {
  if (data instanceof Float32Array) return '<f4';
  if (data instanceof Float64Array) return '<f8';
  if (data instanceof Int32Array) return '<i4';
  return data instanceof BigInt64Array ? '<i8' : '|u1';
}
