import type { Tensor } from '@tensorflow/tfjs-core';
import { encode } from 'fast-png';

/** Images as plain numbers instead of a tensor. */
export interface ImageArray {
  /** NHWC values in [−1, 1]. */
  readonly data: Float32Array;
  /** `[count, height, width, channels]`. */
  readonly shape: readonly number[];
}

/** Options of {@link imageGrid}. */
export interface ImageGridOptions {
  /** Images per row. @defaultValue the smallest square */
  columns?: number;
  /** White pixels between the images, before scaling. @defaultValue 2 */
  padding?: number;
  /** Every pixel becomes a square of this side. @defaultValue 1 */
  scale?: number;
}

interface Layout {
  readonly columns: number;
  readonly height: number;
  readonly width: number;
  readonly padding: number;
}

/**
 * Draws images side by side as a PNG, row by row.
 *
 * @param images `[count, H, W, C]` with C = 1 (grey) or 3 (RGB), values in [−1, 1]; values outside are clipped. A tensor
 *   is read, not disposed
 * @param options columns, padding and scale
 * @returns the bytes of a PNG file
 * @throws RangeError for another shape, NaN or infinity, or options that are not integers in range
 * @example
 * ```ts
 * const grid = await imageGrid(takeImages(await fashionMnist({ split: 'test' }), [0, 1, 2, 3]), { scale: 4 });
 * await writeAtomically('grid.png', grid); // from '@diffgan/files'
 * ```
 */
export async function imageGrid(images: Tensor | ImageArray, options: ImageGridOptions = {}): Promise<Uint8Array> {
  const values = 'dataId' in images ? await images.data<'float32'>() : images.data;
  return encode({ ...gridPixels({ data: values, shape: images.shape }, options), depth: 8 });
}

/** Pixels of a picture. */
export interface GridPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** HWC bytes 0…255. */
  readonly data: Uint8Array;
}

/**
 * The picture of {@link imageGrid} before it becomes a PNG, for other formats.
 *
 * @param images values NHWC in [−1, 1] with C = 1 (grey) or 3 (RGB); values outside are clipped
 * @param options columns, padding and scale
 * @throws RangeError for another shape, NaN or infinity, or options that are not integers in range
 * @example
 * ```ts
 * const { width, height } = gridPixels({ data: new Float32Array(4 * 64), shape: [4, 8, 8, 1] }); // 18, 18
 * ```
 */
export function gridPixels(images: ImageArray, options: ImageGridOptions = {}): GridPixels {
  const { data: values } = images;
  const [count, height, width, channels] = gridShape(images.shape);
  const { columns = Math.ceil(Math.sqrt(count)), padding = 2, scale = 1 } = options;
  assertInteger('columns', columns, 1);
  assertInteger('padding', padding, 0);
  assertInteger('scale', scale, 1);
  if (values.length !== count * height * width * channels)
    throw new RangeError(`imageGrid: ${values.length} values do not fill the shape [${images.shape.join(', ')}].`);

  const cells = Math.min(columns, count);
  const layout: Layout = { columns: cells, height, width, padding };
  const gridWidth = cells * width + (cells - 1) * padding;
  const rows = Math.ceil(count / cells);
  const gridHeight = rows * height + (rows - 1) * padding;
  const pixels = new Uint8Array(gridHeight * gridWidth * channels).fill(255);
  for (let image = 0; image < count; image++) paste(values, image, { pixels, gridWidth, channels, layout });
  const data = enlarge(pixels, { width: gridWidth, height: gridHeight, channels, scale });
  return { width: gridWidth * scale, height: gridHeight * scale, channels, data };
}

function gridShape(shape: readonly number[]): readonly [number, number, number, 1 | 3] {
  const [count, height, width, channels] = shape;
  if (shape.length !== 4 || shape.some((n) => !Number.isInteger(n) || n < 1) || (channels !== 1 && channels !== 3))
    throw new RangeError(
      `imageGrid: shape is [${shape.join(', ')}]; it must be [count, height, width, channels] with 1 or 3 channels.`,
    );
  return [count, height, width, channels];
}

function assertInteger(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`imageGrid: ${name} is ${value}; it must be an integer ≥ ${least}.`);
}

interface Canvas {
  readonly pixels: Uint8Array;
  readonly gridWidth: number;
  readonly channels: number;
  readonly layout: Layout;
}

function paste(values: Float32Array, image: number, { pixels, gridWidth, channels, layout }: Canvas): void {
  const { columns, height, width, padding } = layout;
  const top = Math.floor(image / columns) * (height + padding);
  const left = (image % columns) * (width + padding);
  const line = width * channels;
  for (let y = 0; y < height; y++) {
    const source = (image * height + y) * line;
    const target = ((top + y) * gridWidth + left) * channels;
    for (let x = 0; x < line; x++) pixels[target + x] = toByte(values[source + x], source + x);
  }
}

function toByte(value: number, index: number): number {
  if (!Number.isFinite(value))
    throw new RangeError(`imageGrid: value ${index} is ${value}; pixels must be numbers in [−1, 1].`);
  return Math.round((Math.min(Math.max(value, -1), 1) + 1) * 127.5);
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly scale: number;
}

function enlarge(pixels: Uint8Array, { width, height, channels, scale }: Picture): Uint8Array {
  if (scale === 1) return pixels;
  const line = width * scale * channels;
  const large = new Uint8Array(line * height * scale);
  for (let y = 0; y < height; y++) {
    const start = y * scale * line;
    for (let x = 0; x < width * scale; x++) {
      const source = (y * width + Math.floor(x / scale)) * channels;
      for (let c = 0; c < channels; c++) large[start + x * channels + c] = pixels[source + c];
    }
    for (let copy = 1; copy < scale; copy++) large.copyWithin(start + copy * line, start, start + line);
  }
  return large;
}
