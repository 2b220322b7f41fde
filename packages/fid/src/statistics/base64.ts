import { FileFormatError } from '@diffgan/files';

/** Little-endian float64 values as base64. */
export function encodeFloat64(values: Float64Array): string {
  const bytes = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => bytes.setFloat64(8 * i, value, true));
  let binary = '';
  for (const byte of new Uint8Array(bytes.buffer)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The inverse of {@link encodeFloat64}, for `length` finite values. */
export function decodeFloat64(text: string, length: number): Float64Array {
  const expected = 4 * Math.ceil((8 * length) / 3);
  if (text.length !== expected)
    throw new FileFormatError(`${text.length} base64 characters instead of ${expected} for ${length} numbers.`);
  const bytes = new DataView(Uint8Array.from(binaryOf(text), (character) => character.charCodeAt(0)).buffer);
  if (bytes.byteLength !== 8 * length)
    throw new FileFormatError(`${bytes.byteLength} bytes of base64 instead of ${8 * length} for ${length} numbers.`);
  const values = Float64Array.from({ length }, (_, i) => bytes.getFloat64(8 * i, true));
  if (!values.every(Number.isFinite))
    throw new FileFormatError('A number in base64 is not finite. Make the file again.');
  return values;
}

function binaryOf(text: string): string {
  try {
    return atob(text);
  } catch {
    throw new FileFormatError('Broken base64. Make the file again.');
  }
}
