import type { Tensor } from '@tensorflow/tfjs-core';

/** Samples as plain numbers: what a worker sends. */
export interface SampleArray {
  /** Row by row; of images in [−1, 1]. */
  readonly data: Float32Array;
  /** `[count, height, width, channels]` of images, `[count, dim]` of points. */
  readonly shape: readonly number[];
}

/** Options of {@link drawOnCanvas}. */
export interface DrawOptions {
  /** Images per row. @defaultValue the smallest square */
  columns?: number;
  /** Clear pixels between the images. @defaultValue 2 */
  padding?: number;
  /** Every pixel becomes a square of this side. @defaultValue 1 */
  scale?: number;
}

/** The part of a canvas that is used: `HTMLCanvasElement`, `OffscreenCanvas`. */
export interface AnyCanvas {
  width: number;
  height: number;
  getContext(kind: '2d'): unknown;
}

/** Wider canvases than these no browser has. */
const MAX_SIDE = 32_767;

/**
 * Images as a page draws them, one `ImageData` each.
 *
 * @param images `[count, height, width, channels]` with 1 (grey) or 3 channels (RGB), values in [−1, 1]; those outside are clipped. A
 * tensor is read, not disposed.
 * @throws RangeError for another shape, NaN or infinity; TypeError where there is no `ImageData`, as in Node: `imageGrid` of `@diffgan/data`
 * makes PNG files there.
 * @example
 * ```ts fragment
 * const [first] = await toImageData(await pipeline.sample({ count: 1 }));
 * canvas.getContext('2d').putImageData(first, 0, 0);
 * ```
 */
export async function toImageData(images: Tensor | SampleArray): Promise<ImageData[]> {
  return imagesOf('toImageData', await valuesOf(images), 1);
}

/**
 * Draws images side by side on a canvas, row by row, which gets the size of the whole.
 *
 * @param canvas that of a page or an `OffscreenCanvas`.
 * @param images as {@link toImageData}.
 * @throws as {@link toImageData}; RangeError for options that are not whole numbers in range, or more than a canvas can hold.
 * @example
 * ```ts fragment
 * const images = await pipeline.sample({ count: 16, key: key(7) });
 * await drawOnCanvas(document.querySelector('canvas'), images, { scale: 3 });
 * images.dispose();
 * ```
 */
export async function drawOnCanvas(
  canvas: AnyCanvas,
  images: Tensor | SampleArray,
  options: DrawOptions = {},
): Promise<void> {
  const { padding = 2, scale = 1 } = options;
  assertWhole('padding', padding, 0);
  assertWhole('scale', scale, 1);
  const drawn = imagesOf('drawOnCanvas', await valuesOf(images), scale);
  const { columns = Math.ceil(Math.sqrt(drawn.length)) } = options;
  assertWhole('columns', columns, 1);
  const [{ width, height }] = drawn;
  const gap = padding * scale;
  const side = (count: number, size: number) => count * size + (count - 1) * gap;
  const size = {
    width: side(Math.min(columns, drawn.length), width),
    height: side(Math.ceil(drawn.length / columns), height),
  };
  if (Math.max(size.width, size.height) > MAX_SIDE)
    throw new RangeError(
      `drawOnCanvas: ${drawn.length} images make ${size.width}×${size.height} pixels, more than a canvas holds; draw fewer, or smaller`,
    );
  Object.assign(canvas, size);
  const context = canvas.getContext('2d') as CanvasRenderingContext2D | null;
  if (!context) throw new TypeError('drawOnCanvas: the canvas has another context already; give a fresh one');
  for (const [i, image] of drawn.entries())
    context.putImageData(image, (i % columns) * (width + gap), Math.floor(i / columns) * (height + gap));
}

async function valuesOf(images: Tensor | SampleArray): Promise<SampleArray> {
  if (!('dataId' in images)) return images;
  return { data: await images.data<'float32'>(), shape: images.shape };
}

/** The images, every pixel of which becomes a square of side `scale`. */
function imagesOf(caller: string, { data, shape }: SampleArray, scale: number): ImageData[] {
  const [count, height, width, channels] = shape;
  const fits = shape.length === 4 && shape.every((n) => Number.isSafeInteger(n) && n >= 1);
  if (!fits || (channels !== 1 && channels !== 3) || data.length !== count * height * width * channels)
    throw new RangeError(
      `${caller}: the shape is [${shape.join(', ')}] with ${data.length} values; it must be [count, height, width, channels] with 1 or 3 channels`,
    );
  if (typeof ImageData !== 'function')
    throw new TypeError(
      `${caller}: only pages and their workers have ImageData; imageGrid of @diffgan/data makes PNG files`,
    );
  const size = height * width * channels;
  return Array.from({ length: count }, (_, i) => {
    const values = data.subarray(i * size, (i + 1) * size);
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      throw new RangeError(`${caller}: a value of image ${i} is ${values[wrong]}; pixels are numbers in [−1, 1]`);
    const image = new ImageData(width * scale, height * scale);
    fill(image, values, { width, channels, scale });
    return image;
  });
}

function fill(
  { data, width: wide, height: high }: ImageData,
  values: Float32Array,
  { width, channels, scale }: { width: number; channels: number; scale: number },
): void {
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels;
      const to = 4 * (y * wide + x);
      for (let c = 0; c < 3; c++) data[to + c] = toByte(values[from + (channels === 1 ? 0 : c)]);
      data[to + 3] = 255;
    }
}

const toByte = (value: number): number => Math.round((Math.min(Math.max(value, -1), 1) + 1) * 127.5);

function assertWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`drawOnCanvas: ${name} is ${value}; give a whole number of at least ${least}`);
}
