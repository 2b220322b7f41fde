import type { ZlibOptions } from 'node:zlib';
import { convertIndexedToRgb, decode, type DecodedPng } from 'fast-png';
import { FileFormatError } from '@diffgan/files';
import type { Pixels } from './pixels.ts';
import { type PngStructure, pngStructure, unpackedSize } from './png-structure.ts';
import type { ReadImageOptions } from './read-image-options.ts';

/**
 * Reads a PNG file of any depth and colour type as grey or RGB bytes. Nothing is trusted: sizes are bounded before, and compared
 * while, anything is unpacked. Node only.
 *
 * @param bytes the whole file
 * @param options name, most pixels and what lies behind transparent ones
 * @throws FileFormatError when the file is broken or too large, or has transparent pixels and there is no background
 */
export async function readPng(bytes: Uint8Array, { name, maxPixels, background }: ReadImageOptions): Promise<Pixels> {
  const structure = pngStructure(bytes, name, maxPixels);
  await assertUnpacks(structure, name);
  let samples: Samples;
  try {
    samples = toSamples(decode(structure.essential, { checkCrc: true }));
  } catch (error) {
    throw new FileFormatError(`${name}: ${(error as Error).message}. The file is damaged; replace it.`);
  }
  const { width, height } = samples;
  return { width, height, ...flattened(samples, { name, background }) };
}

/** A few bytes can unpack to gigabytes, and the decoder would follow. */
async function assertUnpacks({ header, pixels }: PngStructure, name: string): Promise<void> {
  const { inflate } = process.getBuiltinModule('node:zlib');
  const { promisify } = process.getBuiltinModule('node:util');
  const expected = unpackedSize(header);
  let found: string;
  try {
    const { length } = await promisify<Uint8Array, ZlibOptions, Uint8Array>(inflate)(pixels, {
      maxOutputLength: expected,
    });
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
  const { width, height, channels, depth, data, palette, transparency } = png;
  const size = { width, height };
  if (palette) {
    const coloured = convertIndexedToRgb(png);
    return { ...size, channels: coloured.length / (width * height), data: coloured };
  }
  if (depth < 8) {
    const levels = 2 ** depth - 1;
    const greys = Array.from({ length: levels + 1 }, (_, level) => [
      Math.round((255 * level) / levels),
      ...(transparency ? [level === transparency[0] ? 0 : 255] : []),
    ]);
    return { ...size, channels: greys[0].length, data: convertIndexedToRgb({ ...png, palette: greys }) };
  }
  const bytes = depth === 16 ? inBytes(data) : new Uint8Array(data.buffer, data.byteOffset, data.length);
  if (!transparency) return { ...size, channels, data: bytes };
  return { ...size, channels: channels + 1, data: withHole({ data, bytes, channels }, transparency) };
}

/** 65535 is 257 · 255. */
function inBytes(wide: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(wide.length);
  for (let i = 0; i < wide.length; i++) bytes[i] = Math.round(wide[i] / 257);
  return bytes;
}

/** An alpha channel for the one colour that is transparent. */
function withHole(
  { data, bytes, channels }: { data: ArrayLike<number>; bytes: Uint8Array; channels: number },
  hole: ArrayLike<number>,
): Uint8Array {
  const result = new Uint8Array((bytes.length / channels) * (channels + 1));
  for (let from = 0, to = 0; from < bytes.length; from += channels) {
    let inHole = true;
    for (let c = 0; c < channels; c++) {
      inHole &&= data[from + c] === hole[c];
      result[to++] = bytes[from + c];
    }
    result[to++] = inHole ? 0 : 255;
  }
  return result;
}

const colours = { black: [0, 0, 0], white: [255, 255, 255] } as const;

/** Lays an image on the background, which shows where it is transparent. */
function flattened(
  { data, channels }: Samples,
  { name, background }: Pick<ReadImageOptions, 'name' | 'background'>,
): Pick<Pixels, 'data' | 'channels'> {
  if (channels === 1 || channels === 3) return { data, channels };
  const behind = typeof background === 'string' ? colours[background] : background;
  const grey = channels === 2;
  // grey images on a colour become colour
  const kept = grey && (behind === undefined || new Set(behind).size === 1) ? 1 : 3;
  const result = new Uint8Array((data.length / channels) * kept);
  for (let from = 0, to = 0; from < data.length; from += channels) {
    const alpha = data[from + channels - 1];
    if (alpha !== 255 && behind === undefined)
      throw new FileFormatError(
        `${name}: pixel ${from / channels} is transparent. Say what lies behind with \`background\`, such as 'white', or save it ` +
          'without alpha.',
      );
    for (let c = 0; c < kept; c++) {
      const colour = data[from + (grey ? 0 : c)];
      result[to++] = alpha === 255 ? colour : Math.round((alpha * colour + (255 - alpha) * behind![c]) / 255);
    }
  }
  return { data: result, channels: kept };
}
