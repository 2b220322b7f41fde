import { type Key, key as makeKey, randintArray, split } from '@diffgan/ops';
import { type ImageDataset, imageDataset } from './image-dataset.ts';

/** Options of {@link stacked}. */
export interface StackedOptions {
  /** How many stacked images. @defaultValue as many as the data set has */
  count?: number;
  /** Decides which images are stacked. @defaultValue `key(0)` */
  key?: Key;
}

/** RGB images of three grey ones. */
export interface StackedDataset extends ImageDataset {
  /** The mode of each image, 100a + 10b + c for the labels a, b and c of its channels, if those have labels. */
  readonly modes?: Uint16Array;
}

/**
 * Makes RGB images whose channels are grey images drawn independently with replacement: with ten classes there are 1000 modes,
 * on which generators show mode collapse.
 *
 * @param dataset grey images, with labels 0…9 or none
 * @param options how many images, and the key: channel c of image i is the image `randintArray(split(key, 3)[c], count, 0,
 *   dataset.count)[i]`
 * @returns a data set of the same size and type of images, with three channels and the modes (no labels: there are more than 256)
 * @throws RangeError when the images are not grey, a label is above 9, or count is not a positive integer
 * @see Metz et al.: Unrolled generative adversarial networks, arXiv:1611.02163 (Stacked MNIST)
 * @example
 * ```ts
 * const train = stacked(await fashionMnist(), { key: key(1) }); // 60 000 images of 28 × 28 × 3, 141 MB
 * train.modes; // Uint16Array of 0…999
 * ```
 */
export function stacked(
  dataset: ImageDataset,
  { count = dataset.count, key = makeKey(0) }: StackedOptions = {},
): StackedDataset {
  const { images, labels, height, width, channels } = dataset;
  if (channels !== 1)
    throw new RangeError(`stacked: '${dataset.name}' has ${channels} channels; stack grey images, of one channel.`);
  const bad = labels?.findIndex((label) => label > 9) ?? -1;
  if (bad >= 0) throw new RangeError(`stacked: labels[${bad}] is ${labels![bad]}; labels must be 0…9 for 1000 modes.`);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RangeError(`stacked: count is ${count}; it must be an integer ≥ 1.`);
  const pixels = height * width;
  const stack =
    images instanceof Uint8Array ? new Uint8Array(count * pixels * 3) : new Float32Array(count * pixels * 3);
  const sources = split(key, 3).map((channelKey) => randintArray(channelKey, count, 0, dataset.count));
  sources.forEach((source, c) => {
    for (let i = 0, at = c; i < count; i++)
      for (let p = source[i] * pixels; p < (source[i] + 1) * pixels; p++, at += 3) stack[at] = images[p];
  });
  const [a, b, c] = sources;
  const modes = labels && Uint16Array.from(a, (first, i) => 100 * labels[first] + 10 * labels[b[i]] + labels[c[i]]);
  const { name, split: part } = dataset;
  const made = imageDataset({ name: `stacked-${name}`, split: part, images: stack, count, height, width, channels: 3 });
  return Object.freeze({ ...made, ...(modes && { modes }) });
}
