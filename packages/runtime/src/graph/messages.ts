import { CompileError } from '../compile-error.ts';
import type { Values } from './native-backend.ts';

// Protocol buffer encoding of the few TensorFlow messages that graphs take: AttrValue, NodeDef and SavedModel.

/** Numbers of the element types that graphs take, as TensorFlow counts them. */
export const typeNumbers = { float32: 1, int32: 3, bool: 10 } as const;

/** The number of a type of tfjs that graphs take; undefined for others. */
export const typeNumberOf = (dtype: string): number | undefined =>
  Object.entries(typeNumbers).find(([name]) => name === dtype)?.[1];

/** The same for a tensor, which must be of such a type. */
export function typeNumber({ dtype }: { readonly dtype: string }): number {
  const number = typeNumberOf(dtype);
  if (number !== undefined) return number;
  throw new CompileError(`it uses a tensor of type ${dtype}`, 'Use float32, int32 or bool');
}

/** The number of bfloat16, which graphs compute in but tfjs does not know. */
export const bfloat16 = 14;

/** The name that tfjs has for one of these types. */
export function typeName(dtype: number): keyof typeof typeNumbers {
  if (dtype === typeNumbers.float32) return 'float32';
  return dtype === typeNumbers.int32 ? 'int32' : 'bool';
}

/** An encoded attribute value. */
export type Message = Uint8Array;

const utf8 = new TextEncoder();
const bytesOf = (content: string | Uint8Array) => (typeof content === 'string' ? utf8.encode(content) : content);

/** Fields of a message, one after another. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

/** Base 128, lowest digits first; negative numbers as 64 bits in two's complement. */
function varint(value: number): Uint8Array {
  if (value >= 0 && value < 128) return Uint8Array.of(value);
  const digits: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    digits.push(rest ? low | 128 : low);
  } while (rest);
  return Uint8Array.from(digits);
}

/** A field of an integer, or of a truth value. */
export const integerField = (field: number, value: number) => joined([varint(field << 3), varint(value)]);

/** A field of a text, of bytes or of a message. */
export function lengthField(field: number, content: string | Uint8Array): Uint8Array {
  const bytes = bytesOf(content);
  return joined([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

function floatBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return bytes;
}

const floatField = (field: number, value: number) => joined([varint((field << 3) | 5), floatBytes(value)]);

const shapeMessage = (shape: readonly number[]) => joined(shape.map((size) => lengthField(2, integerField(1, size))));

/** Encoders of AttrValue by the kind of its value. */
export const attribute = {
  string: (value: string): Message => lengthField(2, value),
  int: (value: number): Message => integerField(3, value),
  float: (value: number): Message => floatField(4, value),
  bool: (value: boolean): Message => integerField(5, value ? 1 : 0),
  type: (value: number): Message => integerField(6, value),
  shape: (value: readonly number[]): Message => lengthField(7, shapeMessage(value)),
  ints: (values: readonly number[]): Message => lengthField(1, lengthField(3, joined(values.map(varint)))),
  floats: (values: readonly number[]): Message => lengthField(1, lengthField(4, joined(values.map(floatBytes)))),
  bools: (values: readonly boolean[]): Message => lengthField(1, lengthField(5, Uint8Array.from(values, Number))),
  tensor: (dtype: number, shape: readonly number[], { buffer, byteOffset, byteLength }: Values): Message =>
    lengthField(
      8,
      joined([
        integerField(1, dtype),
        lengthField(2, shapeMessage(shape)),
        lengthField(4, new Uint8Array(buffer, byteOffset, byteLength)),
      ]),
    ),
};

/** A NodeDef. */
export function nodeMessage(
  op: string,
  name: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, Message>>,
): Message {
  const entries = Object.entries(attributes).map(([key, value]) =>
    lengthField(5, joined([lengthField(1, key), lengthField(2, value)])),
  );
  return joined([
    lengthField(1, name),
    lengthField(2, op),
    ...inputs.map((input) => lengthField(3, input)),
    ...entries,
  ]);
}

/** Version of graphs that all TensorFlow releases since 2.18 can read. */
const producer = 1882;

/** A SavedModel with one graph under the tag "serve". */
export function savedModelMessage(nodes: readonly Message[]): Message {
  const graph = joined([...nodes.map((node) => lengthField(1, node)), lengthField(4, integerField(1, producer))]);
  const metaGraph = joined([lengthField(1, lengthField(4, 'serve')), lengthField(2, graph)]);
  return joined([integerField(1, 1), lengthField(2, metaGraph)]);
}
