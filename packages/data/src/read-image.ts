import { isJpeg } from './jpeg-header.ts';
import type { Pixels } from './pixels.ts';
import type { ReadImageOptions } from './read-image-options.ts';
import { readJpeg } from './read-jpeg.ts';
import { readPng } from './read-png.ts';

/**
 * Reads a PNG or JPEG file, whatever its name ends in.
 *
 * @throws FileFormatError when it is broken, too large or transparent
 */
export const readImage = (bytes: Uint8Array, { name, maxPixels, background }: ReadImageOptions): Promise<Pixels> =>
  isJpeg(bytes) ? readJpeg(bytes, name, maxPixels) : readPng(bytes, { name, maxPixels, background });
