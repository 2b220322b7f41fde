import type { Tensor4D } from '@tensorflow/tfjs-core';
import { add, concat, image, mul, tidy } from '@tensorflow/tfjs-core';
import { pillowResize } from './pillow-resize.ts';

/** Whose way of resizing; see `InceptionOptions`. */
export type InceptionResize = 'pytorch' | 'tensorflow' | 'pillow' | 'none';

/** Whose way of scaling pixels; see `InceptionOptions`. */
export type InceptionScaling = 'pytorch' | 'tensorflow';

/** Side of the images that the network was trained on. */
export const inceptionSize = 299;
const smallest = 75; // below, the last stage has no pixel left

/** Resizes images to 299 × 299, makes grey ones RGB and scales their pixels. */
export function prepareImages(images: Tensor4D, resize: InceptionResize, scaling: InceptionScaling): Tensor4D {
  assertShape(images, resize);
  return tidy(() => {
    const resized = resizes[resize](images);
    const coloured = resized.shape[3] === 1 ? concat([resized, resized, resized], 3) : resized;
    return scalings[scaling](coloured);
  });
}

const bilinear = (x: Tensor4D, halfPixel: boolean): Tensor4D =>
  image.resizeBilinear(x, [inceptionSize, inceptionSize], false, halfPixel);

/** By name: what each library does to reach 299 × 299. */
export const resizes: Readonly<Record<InceptionResize, (x: Tensor4D) => Tensor4D>> = {
  pytorch: (x) => bilinear(x, true),
  tensorflow: (x) => bilinear(x, false),
  pillow: (x) => pillowResize(x, inceptionSize),
  none: (x) => x,
};

/** By name: what each library does to bytes k, here to x = 2k/255 − 1. */
export const scalings: Readonly<Record<InceptionScaling, (x: Tensor4D) => Tensor4D>> = {
  pytorch: (x) => x, // 2k/255 − 1
  tensorflow: (x) => add(mul(x, 127.5 / 128), -0.5 / 128), // (k − 128)/128
};

function assertShape({ rank, shape }: Tensor4D, resize: InceptionResize): void {
  const [, height, width, channels] = shape;
  const least = resize === 'none' ? smallest : 1;
  if (rank === 4 && (channels === 1 || channels === 3) && height >= least && width >= least) return;
  throw new RangeError(
    `inceptionV3: images of shape [${shape.join(', ')}]; it takes [batch, height, width, 1 or 3]` +
      (resize === 'none'
        ? ` of at least ${smallest} × ${smallest} pixels, or resizes them unless resize is 'none'.`
        : '.'),
  );
}
