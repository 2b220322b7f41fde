import { FileFormatError } from '@diffgan/files';

/** What the frame of a JPEG file says. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colour, 4 inks. */
  readonly components: number;
}

/** Markers of a frame: all of SOF0 … SOF15 but DHT, JPG and DAC, which have numbers among them. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Whether the bytes start like a JPEG file. */
export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/**
 * Finds the size of a JPEG file without unpacking anything.
 *
 * @throws FileFormatError when it has no frame
 */
export function jpegHeader(bytes: Uint8Array, name: string): JpegHeader {
  const broken = (what: string) =>
    new FileFormatError(`${name}: ${what}. The file is damaged or not a JPEG; replace it.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; ;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++; // markers may be padded
    if (at + 4 > bytes.length || bytes[at] !== 0xff) throw broken('it ends before its frame');
    const [marker, length] = [bytes[at + 1], view.getUint16(at + 2)];
    if (marker === 0xda || marker === 0xd9) throw broken('its pixels come before its frame');
    if (length < 2 || at + 2 + length > bytes.length) throw broken(`a segment of ${length} bytes does not fit`);
    if (isFrame(marker)) {
      if (length < 8) throw broken(`its frame has ${length} bytes`);
      const [height, width, components] = [view.getUint16(at + 5), view.getUint16(at + 7), bytes[at + 9]];
      if (width === 0 || height === 0) throw broken(`its size is ${width} × ${height}`);
      return { width, height, components };
    }
    at += 2 + length;
  }
}
