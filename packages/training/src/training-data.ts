import { type ImageDataset, imageValues, type PointDataset, pointDataset } from '@diffgan/data';
import { sha256 } from '@diffgan/files';
import { foldIn, type Key, uniformArray } from '@diffgan/ops';
import { augmentRows } from './augment-images.ts';
import { checkNumber } from './check-number.ts';
import { Rows } from './rows.ts';
import { streams } from './streams.ts';

/** What a trainer learns from: images, or points. */
export type TrainingData = ImageDataset | PointDataset;

/** How training data is varied. */
export interface DataOptions {
  /** Whether each image is mirrored left to right with probability ½. @defaultValue `false` */
  flip?: boolean;
  /**
   * Probability of each move of `augmentImages`, for networks with an input `[B, 9]` that tells them how an image was moved, so that they
   * learn the images as they are, such as `ddpmUnet` with `augmentationLabels`; 0.12 is usual. Samplers then take
   * `withoutAugmentation(model)` of `@diffgan/samplers`.
   *
   * @defaultValue 0
   */
  augment?: number;
}

/** Examples on the host. */
export interface Examples {
  /** Which rows of a batch they are. */
  rows: Rows;
  /** One example after another. */
  values: Float32Array;
  /** Size of a batch of them, `[B, …]`. */
  shape: number[];
  /** One class number per example. */
  labels?: Int32Array;
  /** Nine numbers per image that say how it was moved. */
  augmentation?: Float32Array;
}

/** Shape of one example: `[H, W, C]` or `[D]`. */
export const exampleShape = (data: TrainingData): number[] =>
  'points' in data ? [data.dimensions] : [data.height, data.width, data.channels];

/** Number of classes: one more than the largest label; 0 without labels. */
export const classesOf = ({ labels }: TrainingData): number =>
  labels ? labels.reduce((largest, label) => Math.max(largest, label), 0) + 1 : 0;

/** Copies those of the chosen examples that are of `rows`, varied as `options` say. */
export function takeExamples(
  data: TrainingData,
  chosen: Int32Array,
  { flip = false, augment = 0, key, rows = new Rows(chosen.length) }: DataOptions & { key: Key; rows?: Rows },
): Examples {
  const indices = rows.of(chosen);
  const shape = [indices.length, ...exampleShape(data)];
  const labels = data.labels && Int32Array.from(indices, (i) => data.labels![i]);
  if ('points' in data) return { rows, values: pointValues(data, indices), shape, labels };
  const values = imageValues(data, indices);
  if (flip) flipSome(values, shape, rows.of(uniformArray(foldIn(key, streams.variations.flips), chosen.length)));
  if (augment === 0) return { rows, values, shape, labels };
  const { images, labels: augmentation } = augmentRows(values, shape, {
    key: foldIn(key, streams.variations.moves),
    probability: augment,
    rows,
  });
  return { rows, values: images, shape, labels, augmentation };
}

function pointValues({ points, dimensions }: PointDataset, indices: Int32Array): Float32Array {
  const values = new Float32Array(indices.length * dimensions);
  indices.forEach((index, row) =>
    values.set(points.subarray(index * dimensions, (index + 1) * dimensions), row * dimensions),
  );
  return values;
}

/** Mirrors the images whose number is below ½, in place. */
function flipSome(values: Float32Array, [, height, width, channels]: number[], chances: Float32Array): void {
  const row = width * channels;
  chances.forEach((chance, image) => {
    if (chance >= 0.5) return;
    for (let y = 0; y < height; y++) {
      const start = (image * height + y) * row;
      const mirrored = new Float32Array(row);
      for (let x = 0; x < width; x++)
        mirrored.set(values.subarray(start + x * channels, start + (x + 1) * channels), (width - 1 - x) * channels);
      values.set(mirrored, start);
    }
  });
}

/** Throws unless the data can be trained on with these options. */
export function checkData(data: TrainingData, { flip = false, augment = 0 }: DataOptions): void {
  checkNumber('training: augment', augment, { min: 0, below: 1 + Number.EPSILON });
  if (!('points' in data)) return;
  pointDataset(data);
  if (flip || augment > 0)
    throw new RangeError(`training: ${data.name} holds points; flip and augment are for images, so leave them out`);
}

/** What tells one data set from another: a run goes on exactly only with the same examples. Node only. */
export async function identityOf(data: TrainingData): Promise<Record<string, unknown>> {
  const { name, split, count, labels } = data;
  const examples = bytesOf('points' in data ? data.points : data.images);
  return { name, split, count, sha256: await sha256(examples, ...(labels ? [bytesOf(labels)] : [])) };
}

/** What of {@link identityOf} must agree: the name may be that of a folder, which can be renamed. */
export const contentOf = (identity: Record<string, unknown> | undefined) => ({
  count: identity?.count,
  sha256: identity?.sha256,
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);
