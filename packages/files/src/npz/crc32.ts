const table = /* @__PURE__ */ Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The check sum of ZIP files; `before` is that of the bytes before these. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let value = ~before;
  for (let i = 0; i < bytes.length; i++) value = table[(value ^ bytes[i]) & 255] ^ (value >>> 8);
  return ~value >>> 0;
}

/** The check sum of two parts of a file, one after the other, from theirs: the first is moved over as many bytes as the second has. */
export function crc32Joined(first: number, second: number, secondBytes: number): number {
  let factor = one;
  let power = 1 << 23; // x⁸, one byte
  for (let bytes = secondBytes; bytes > 0; bytes = Math.floor(bytes / 2)) {
    if (bytes % 2 === 1) factor = product(factor, power);
    power = product(power, power);
  }
  return (product(factor, first) ^ second) >>> 0;
}

const one = 1 << 31; // polynomials modulo that of the sum; the highest bit is the coefficient of x⁰

function product(a: number, b: number): number {
  let sum = 0;
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if (a & bit) sum ^= b;
    b = b & 1 ? (b >>> 1) ^ 0xedb88320 : b >>> 1;
  }
  return sum;
}
