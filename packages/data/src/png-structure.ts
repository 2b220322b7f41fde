import { FileFormatError, joinBytes } from '@diffgan/files';

/** What the header of a PNG file says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  readonly colour: number;
  readonly interlaced: boolean;
}

/** A PNG file whose parts lie where its lengths say. */
export interface PngStructure {
  readonly header: PngHeader;
  /** The file without the chunks that pixels do not need: profiles and texts may unpack to any size. */
  readonly essential: Uint8Array;
  /** The compressed pixels. */
  readonly pixels: Uint8Array;
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const maxChunks = 1 << 16; // encoders write pixels in chunks of 8 kB and more
const needed = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];
/** Samples per pixel, and the depths that are allowed, by colour type. */
const colours: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};
// first row, first column, row step and column step of the seven images of Adam7
const passes = [
  [0, 0, 8, 8],
  [0, 4, 8, 8],
  [4, 0, 8, 4],
  [0, 2, 4, 4],
  [2, 0, 4, 2],
  [0, 1, 2, 2],
  [1, 0, 2, 1],
] as const;

/**
 * Finds the parts of a PNG file without unpacking anything.
 *
 * @param maxPixels larger images are refused
 * @throws FileFormatError when the file is broken or too large
 */
export function pngStructure(bytes: Uint8Array, name: string, maxPixels: number): PngStructure {
  const broken = (what: string) =>
    new FileFormatError(`${name}: ${what}. The file is damaged or not a PNG; replace it.`);
  if (!signature.every((byte, i) => bytes[i] === byte)) throw broken('it does not begin like a PNG file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, 8)];
  const pixels: Uint8Array[] = [];
  let header: PngHeader | undefined;
  let palettes = 0;
  let type = '';
  for (let at = 8, chunks = 0; type !== 'IEND'; chunks++) {
    if (at + 12 > bytes.length) throw broken('it ends early');
    if (chunks === maxChunks) throw broken(`it has more than ${maxChunks} chunks`);
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) throw broken(`a chunk of ${length} bytes is longer than the rest of the file`);
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, at + 8 + length);
    if ((type === 'IHDR') !== (header === undefined)) throw broken('its header is not the first chunk');
    header ??= readHeader(data, broken);
    if (type === 'PLTE') palettes++;
    // a palette beside true colours is a hint for old displays, which the decoder would take for the colours
    if (needed.includes(type) && (type !== 'PLTE' || header.colour === 3))
      kept.push(bytes.subarray(at, at + 12 + length));
    if (type === 'IDAT' && length > 0) pixels.push(data);
    at += 12 + length;
  }
  const { width, height, depth, colour, interlaced } = header!;
  if (interlaced && depth < 8)
    throw new FileFormatError(`${name}: interlaced images of ${depth} bits are not read; save it without interlacing.`);
  if (colour === 3 && palettes !== 1) throw broken(`it has ${palettes} palettes instead of one`);
  if (width * height > maxPixels)
    throw new FileFormatError(
      `${name}: ${width} × ${height} pixels are more than the ${maxPixels} allowed. Make the image smaller.`,
    );
  return { header: header!, essential: joinBytes(kept), pixels: joinBytes(pixels) };
}

function readHeader(data: Uint8Array, broken: (what: string) => Error): PngHeader {
  if (data.length !== 13) throw broken(`its header has ${data.length} bytes instead of 13`);
  const view = new DataView(data.buffer, data.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour, compression, filter, interlace] = data.subarray(8);
  if (width === 0 || height === 0) throw broken(`its size is ${width} × ${height}`);
  if (!colours[colour]?.depths.includes(depth)) throw broken(`colour type ${colour} has no depth of ${depth} bits`);
  if (compression !== 0 || filter !== 0 || interlace > 1)
    throw broken('its compression, filter or interlace is unknown');
  return { width, height, depth, colour, interlaced: interlace === 1 };
}

/** Size of the unpacked pixels: for each row a byte for its filter, then its samples. */
export function unpackedSize({ width, height, depth, colour, interlaced }: PngHeader): number {
  const bits = depth * colours[colour].samples;
  const size = (columns: number, rows: number) => (columns > 0 ? rows * (1 + Math.ceil((columns * bits) / 8)) : 0);
  if (!interlaced) return size(width, height);
  const part = (whole: number, first: number, step: number) => Math.max(0, Math.ceil((whole - first) / step));
  return passes.reduce(
    (sum, [row, column, rows, columns]) => sum + size(part(width, column, columns), part(height, row, rows)),
    0,
  );
}
