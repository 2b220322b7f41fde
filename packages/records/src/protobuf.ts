/** A field of a protocol buffer message, as bytes: its number and type, then the value. A message is its fields one after another. */
export type Field = Uint8Array;

/** A message, or the content of a field that holds one. */
export const message = (...fields: readonly Field[]): Uint8Array => Buffer.concat(fields);

/** `int32`, `int64` or an enum, not negative. */
export const integerField = (number: number, value: number): Field =>
  Buffer.from([...varint(8 * number), ...varint(value)]);

/** `double`. */
export function doubleField(number: number, value: number): Field {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.from([...varint(8 * number + 1), ...bytes]);
}

/** `float`. */
export function floatField(number: number, value: number): Field {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.from([...varint(8 * number + 5), ...bytes]);
}

/** `string`, `bytes` or a message within a message. */
export function bytesField(number: number, value: Uint8Array | string): Field {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([...varint(8 * number + 2), ...varint(bytes.length)]), bytes]);
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}
