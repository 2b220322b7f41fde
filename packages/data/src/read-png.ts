import { convertIndexedToRgb, decode, type DecodedPng } from 'fast-png';
import { FileFormatError } from '@diffgan/files';
import { type PngStructure, pngStructure, unpackedSize } from './png-structure.ts';

/** Pixels of one image. */
export interface Pixels {
  /** HWC bytes 0…255. */
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/**
 * Reads a PNG file of any depth and colour type as grey or RGB bytes. Nothing is trusted: sizes are bounded before, and compared
 * while, anything is unpacked. Node only.
 *
 * @param bytes the whole file
 * @param name what error messages call the file
 * @param maxPixels larger images are refused
 * @throws FileFormatError when the file is broken, too large or not opaque
 */
export async function readPng(bytes: Uint8Array, name: string, maxPixels: number): Promise<Pixels> {
  const structure = pngStructure(bytes, name, maxPixels);
  await assertUnpacks(structure, name);
  try {
    const { width, height, channels, data } = toSamples(decode(structure.essential, { checkCrc: true }));
    return { width, height, ...opaque(data, channels) };
  } catch (error) {
    throw new FileFormatError(
      `${name}: ${(error as Error).message}. Replace the file, or save it again without alpha.`,
    );
  }
}

/** A few bytes can unpack to gigabytes, and the decoder would follow. */
async function assertUnpacks({ header, pixels }: PngStructure, name: string): Promise<void> {
  const { inflateSync } = await import('node:zlib');
  const expected = unpackedSize(header);
  let found: string;
  try {
    const { length } = inflateSync(pixels, { maxOutputLength: expected });
    if (length === expected) return;
    found = `unpack to ${length} bytes`;
  } catch (error) {
    found = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'unpack to more' : 'are broken';
  }
  throw new FileFormatError(
    `${name}: the pixels ${found} instead of ${expected} bytes. The file is damaged; replace it.`,
  );
}

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Samples of 8 bits; those of palettes and of fewer bits are looked up. */
function toSamples(png: DecodedPng): Samples {
  const { width, height, channels, depth, data } = png;
  if (png.transparency) throw new Error('one colour is transparent');
  if (png.palette) {
    const coloured = convertIndexedToRgb(png);
    return { width, height, channels: coloured.length / (width * height), data: coloured };
  }
  if (depth === 16) return { width, height, channels, data: Uint8Array.from(data, (v) => Math.round(v / 257)) };
  if (depth === 8) return { width, height, channels, data: Uint8Array.from(data) };
  const greys = Array.from({ length: 2 ** depth }, (_, level) => [Math.round((255 * level) / (2 ** depth - 1))]);
  return { width, height, channels: 1, data: convertIndexedToRgb({ ...png, palette: greys }) };
}

/** Drops an alpha channel that hides nothing. */
function opaque(data: Uint8Array, channels: number): Pick<Pixels, 'data' | 'channels'> {
  if (channels === 1 || channels === 3) return { data, channels };
  const colours = (channels - 1) as 1 | 3;
  const kept = new Uint8Array((data.length / channels) * colours);
  for (let from = 0, to = 0; from < data.length; from += channels, to += colours) {
    if (data[from + colours] !== 255) throw new Error(`pixel ${from / channels} is transparent`);
    for (let c = 0; c < colours; c++) kept[to + c] = data[from + c];
  }
  return { data: kept, channels: colours };
}
