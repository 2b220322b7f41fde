/** Images of one size in memory, with or without labels. */
export interface ImageDataset {
  /** What the data set is called in messages and file names. */
  readonly name: string;
  /** Which part of the data set this is, e.g. `'train'`. */
  readonly split: string;
  /** NHWC pixels: bytes 0…255, or floats in [−1, 1]. */
  readonly images: Uint8Array | Float32Array;
  /** One class number per image. */
  readonly labels?: Uint8Array;
  /** Number of images. */
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

const sizes = ['count', 'height', 'width', 'channels'] as const;

/**
 * Checks the parts of a data set and returns them as one frozen object. The pixel array is kept, not copied.
 *
 * @param parts NHWC `images` (bytes 0…255 or floats in [−1, 1]) with their sizes, a name, a split and perhaps labels
 * @returns the frozen data set
 * @throws TypeError when `images` or `labels` have the wrong type
 * @throws RangeError when a size is not a positive integer, a length does not fit, or a float pixel is NaN or outside
 *   [−1, 1]; the message has the index of the first bad value
 * @example
 * ```ts
 * const images = new Uint8Array(2 * 4 * 4 * 1);
 * imageDataset({ name: 'squares', split: 'train', images, count: 2, height: 4, width: 4, channels: 1 });
 * ```
 */
export function imageDataset(parts: ImageDataset): ImageDataset {
  const { name, split, images, labels, count, height, width, channels } = parts;
  if (!(images instanceof Uint8Array || images instanceof Float32Array))
    throw new TypeError('imageDataset: images must be a Uint8Array (0…255) or a Float32Array ([−1, 1]).');
  for (const size of sizes)
    if (!Number.isSafeInteger(parts[size]) || parts[size] < 1)
      throw new RangeError(`imageDataset: ${size} is ${parts[size]}; it must be a positive integer.`);
  const expected = count * height * width * channels;
  if (images.length !== expected)
    throw new RangeError(
      `imageDataset: images has ${images.length} values, but ${count} × ${height} × ${width} × ${channels} (NHWC) needs ${expected}.`,
    );
  if (images instanceof Float32Array) assertPixelRange(images, 'imageDataset');
  if (labels !== undefined && !(labels instanceof Uint8Array))
    throw new TypeError('imageDataset: labels must be a Uint8Array with one class number per image.');
  if (labels !== undefined && labels.length !== count)
    throw new RangeError(
      `imageDataset: labels has ${labels.length} values for ${count} images; it needs one per image.`,
    );
  return Object.freeze({ name, split, images, ...(labels && { labels }), count, height, width, channels });
}

function assertPixelRange(images: Float32Array, caller: string): void {
  const bad = images.findIndex((v) => !(v >= -1 && v <= 1)); // negated, so that NaN is bad too
  if (bad >= 0)
    throw new RangeError(
      `${caller}: images[${bad}] is ${images[bad]}; float pixels must lie in [−1, 1]. Map bytes k to 2k/255 − 1, or pass them as a Uint8Array.`,
    );
}
