import { FileFormatError } from '../file-format-error.ts';
import { halvesToFloats } from '../half-precision.ts';

/** The element types of safetensors files that are read and written. */
export type DType = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'U8' | 'BOOL';

/** Values of a tensor: whole numbers of 64 bits as the float64 numbers of the same value. */
export type TensorValues = Float32Array | Float64Array | Int32Array | Uint8Array;

interface Codec {
  /** Bytes of one element. */
  size: number;
  /** Values of a whole buffer; as everywhere that TensorFlow.js runs, typed arrays are little-endian. May share the buffer. */
  decode: (bytes: ArrayBuffer) => TensorValues;
  /** The opposite. May share the values' buffer. */
  encode: (values: TensorValues) => ArrayBufferView;
}

const codecs = {
  F64: { size: 8, decode: (bytes) => new Float32Array(new Float64Array(bytes)), encode: (v) => new Float64Array(v) },
  F32: { size: 4, decode: (bytes) => new Float32Array(bytes), encode: (v) => as(Float32Array, v) },
  F16: {
    size: 2,
    decode: (bytes) => halvesToFloats(new Uint16Array(bytes)),
    encode: (v) => mapped(bitsOf(v), Uint16Array, toHalf),
  },
  BF16: {
    size: 2,
    decode: (bytes) => new Float32Array(mapped(new Uint16Array(bytes), Uint32Array, (half) => half << 16).buffer),
    encode: (v) => mapped(bitsOf(v), Uint16Array, toBrainFloat),
  },
  I64: {
    size: 8,
    decode: (bytes) => mapped(new BigInt64Array(bytes), Float64Array, toNumber),
    encode: (v) => mapped(v, BigInt64Array, toBigInt),
  },
  I32: { size: 4, decode: (bytes) => new Int32Array(bytes), encode: (v) => as(Int32Array, v) },
  U8: { size: 1, decode: (bytes) => new Uint8Array(bytes), encode: (v) => as(Uint8Array, v) },
  BOOL: {
    size: 1,
    decode: (bytes) => mapped(new Uint8Array(bytes), Uint8Array, (v) => Number(v !== 0)),
    encode: (v) => mapped(v, Uint8Array, (x) => Number(x !== 0)),
  },
} satisfies Record<DType, Codec>;

/** The types that are read and written. */
export const dtypes = Object.keys(codecs) as readonly DType[];

/** How elements of a type are read and written. */
export const codec = (dtype: DType): Codec => codecs[dtype];

/** True for the name of a type that is read and written. */
export const isDType = (name: unknown): name is DType => typeof name === 'string' && Object.hasOwn(codecs, name);

/** What `from` of typed arrays does, which first makes a list of all values. */
function mapped<X, T extends { [index: number]: Y }, Y>(
  values: ArrayLike<X>,
  type: { new (length: number): T },
  convert: (value: X) => Y,
): T {
  const result = new type(values.length);
  for (let i = 0; i < values.length; i++) result[i] = convert(values[i]);
  return result;
}

const as = <T extends TensorValues>(type: { new (values: ArrayLike<number>): T }, values: TensorValues): T =>
  values instanceof type ? values : new type(values);

const bitsOf = (values: TensorValues): Uint32Array => {
  const floats = as(Float32Array, values);
  return new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
};

/** The nearest half of a float32, ties to even. */
function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and more round to infinity
  const exponent = magnitude >>> 23;
  if (exponent < 113) {
    // Below 2^-14 the spacing is constant: the value in units of 2^-24, rounded by adding a number whose last bit is one unit.
    const units = (magnitude & 0x7fffff) | (exponent ? 0x800000 : 0);
    const shift = 126 - Math.max(exponent, 1);
    return sign | (shift > 24 ? 0 : roundedShift(units, shift));
  }
  return sign | roundedShift(magnitude - (112 << 23), 13);
}

/** `value / 2^shift`, ties to even; a carry into the exponent is right as it is. */
function roundedShift(value: number, shift: number): number {
  const odd = (value >>> shift) & 1;
  return (value + (1 << (shift - 1)) - 1 + odd) >>> shift;
}

/** bfloat16 is the upper half of a float32; ties to even. */
function toBrainFloat(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // stays not a number
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function toNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new FileFormatError(`holds ${value}, beyond the exact integers of a number`);
  return number;
}

function toBigInt(value: number): bigint {
  if (!Number.isSafeInteger(value)) throw new RangeError(`holds ${value}, which is not a whole number below 2^53`);
  return BigInt(value);
}
