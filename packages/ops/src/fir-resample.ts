import * as tf from '@tensorflow/tfjs-core';
import { averagePool, nearestUpsample } from './resample.ts';
import { withGradient } from './with-gradient.ts';

// [1,3,3,1] = [1,1] ∗ [1,2,1]: averaging or repeating pixels is the first factor, so what is left is a smoothing that keeps the size. It is
// symmetric, so it is its own gradient, and of the three only one depthwise convolution is new. Outside of the image is zero.

/**
 * Halves images after the low-pass filter [1,3,3,1]⊗[1,3,3,1]/64 (Zhang 2019; Karras et al. 2020), twice differentiable.
 *
 * @param x images [B, H, W, C], at least 2×2; the filter sees the last row and column of odd sizes, but nothing is centred on them.
 * @returns [B, ⌊H/2⌋, ⌊W/2⌋, C], owned by the caller.
 * @throws RangeError when `x` is not a batch of such images.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { firDownsample } from '@diffgan/ops';
 * const half = firDownsample(tf.ones([1, 28, 28, 3])); // [1, 14, 14, 3]; 1 inside, less at the border
 * ```
 */
export function firDownsample(x: tf.Tensor4D): tf.Tensor4D {
  assertImages('firDownsample', x, 2);
  const [batch, height, width, channels] = x.shape;
  return tf.tidy(() => {
    const smoothed = smooth(x);
    const even: [number, number, number, number] = [batch, height - (height % 2), width - (width % 2), channels];
    const odd = height % 2 || width % 2;
    return averagePool(odd ? tf.slice(smoothed, [0, 0, 0, 0], even) : smoothed);
  });
}

/**
 * Doubles images with the filter [1,3,3,1]⊗[1,3,3,1]/16 between the pixels, twice differentiable; four times the adjoint of
 * `firDownsample`.
 *
 * @param x images [B, H, W, C].
 * @returns [B, 2H, 2W, C], owned by the caller.
 * @throws RangeError when `x` is not a batch of images.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { firUpsample } from '@diffgan/ops';
 * const twice = firUpsample(tf.ones([1, 7, 7, 3])); // [1, 14, 14, 3]; 1 inside, less at the border
 * ```
 */
export function firUpsample(x: tf.Tensor4D): tf.Tensor4D {
  assertImages('firUpsample', x, 1);
  return tf.tidy(() => smooth(nearestUpsample(x)));
}

/**
 * The filter [1,3,3,1]⊗[1,3,3,1]/64 at every place between pixels, border included: what comes before a 3×3 convolution of stride 2
 * without padding, which together halve the images. Twice differentiable.
 *
 * @param x images [B, H, W, C].
 * @returns [B, H+1, W+1, C], owned by the caller.
 * @throws RangeError when `x` is not a batch of images.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { firBlur } from '@diffgan/ops';
 * const between = firBlur(tf.ones([1, 8, 8, 3])); // [1, 9, 9, 3]
 * ```
 */
export function firBlur(x: tf.Tensor4D): tf.Tensor4D {
  assertImages('firBlur', x, 1);
  return blur(x, 2);
}

function assertImages(where: string, x: tf.Tensor, least: number): void {
  const [, height, width] = x.shape;
  if (x.rank !== 4 || height < least || width < least)
    throw new RangeError(
      `${where}: x has shape [${x.shape}], but must be [batch, height, width, channels] of ${least}×${least} pixels or more`,
    );
}

/** [1,2,1]⊗[1,2,1]/16, of the size of `x`. */
function smooth(x: tf.Tensor4D): tf.Tensor4D {
  const forward = () => tf.depthwiseConv2d(x, kernel([0.25, 0.5, 0.25], x.shape[3]), 1, 'same');
  return withGradient([x], forward, { save: [], backward: (dy) => [smooth(dy)] });
}

/** [1,3,3,1]⊗[1,3,3,1]/64 after `padding` zeros all around: 1 or 2, one larger or smaller, which are each other's gradients. */
function blur(x: tf.Tensor4D, padding: number): tf.Tensor4D {
  const forward = () => {
    const around: [number, number] = [padding, padding];
    const padded = tf.pad(x, [[0, 0], around, around, [0, 0]]);
    return tf.depthwiseConv2d<tf.Tensor4D>(padded, kernel([0.125, 0.375, 0.375, 0.125], x.shape[3]), 1, 'valid');
  };
  return withGradient([x], forward, { save: [], backward: (dy) => [blur(dy, 3 - padding)] });
}

/** The outer product of `taps` with itself, for every channel alike. */
function kernel(taps: readonly number[], channels: number): tf.Tensor4D {
  const plane = taps.flatMap((a) => taps.map((b) => a * b));
  const values = Float32Array.from({ length: plane.length * channels }, (_, i) => plane[Math.floor(i / channels)]);
  return tf.tensor4d(values, [taps.length, taps.length, channels, 1]);
}
