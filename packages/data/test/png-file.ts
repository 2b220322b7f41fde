import { crc32, deflateSync } from 'node:zlib';

/** What a PNG file of a test is made of. */
export interface PngParts {
  width: number;
  height: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  colour: number;
  depth?: number;
  /** One value of 0…2^depth − 1 per sample, row by row. */
  samples: readonly number[];
  interlaced?: boolean;
  /** Further chunks before the pixels. */
  chunks?: readonly (readonly [type: string, data: Uint8Array])[];
  /** Instead of the compressed samples. */
  pixels?: Uint8Array;
}

const samplesPerPixel: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const adam7 = [
  [0, 0, 8, 8],
  [0, 4, 8, 8],
  [4, 0, 8, 4],
  [0, 2, 4, 4],
  [2, 0, 4, 2],
  [0, 1, 2, 2],
  [1, 0, 2, 1],
];

/** Writes a PNG file after the specification, without filters. */
export function pngFile(parts: PngParts): Uint8Array {
  const { width, height, colour, depth = 8, interlaced = false, chunks = [] } = parts;
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([depth, colour, 0, 0, Number(interlaced)], 8);
  const passes = interlaced ? adam7 : [[0, 0, 1, 1]];
  const pixels =
    parts.pixels ?? deflateSync(Uint8Array.from(passes.flatMap((pass) => rowsOf({ ...parts, depth }, pass))));
  const all = [['IHDR', header] as const, ...chunks, ['IDAT', pixels] as const, ['IEND', new Uint8Array(0)] as const];
  return Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...all.flatMap(([type, data]) => chunk(type, data))]);
}

function rowsOf({ width, height, colour, depth = 8, samples }: PngParts, pass: readonly number[]): number[] {
  const [firstRow, firstColumn, rowStep, columnStep] = pass;
  const size = samplesPerPixel[colour];
  const bytes: number[] = [];
  for (let row = firstRow; row < height; row += rowStep) {
    let bits = '';
    for (let column = firstColumn; column < width; column += columnStep)
      for (let s = 0; s < size; s++)
        bits += samples[(row * width + column) * size + s].toString(2).padStart(depth, '0');
    if (bits === '') continue;
    bytes.push(0);
    for (let at = 0; at < bits.length; at += 8) bytes.push(parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2));
  }
  return bytes;
}

function chunk(type: string, data: Uint8Array): number[] {
  const body = [...new TextEncoder().encode(type), ...data];
  return [...word(data.length), ...body, ...word(crc32(Uint8Array.from(body)))];
}

const word = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
