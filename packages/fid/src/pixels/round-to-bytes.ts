import { maximum, minimum, mul, round, sub, type Tensor4D, tidy } from '@tensorflow/tfjs-core';

/**
 * Rounds pixels to the 256 levels that files have, as saving images and reading them back does. Published scores are of such
 * images; the rest between the levels changes them a little.
 *
 * @param images `[n, H, W, C]` in [−1, 1]; values outside are clipped; not disposed
 * @returns images of the same shape with pixels 2k/255 − 1 for k = 0…255; the caller disposes it
 * @example
 * ```ts
 * const x = tf.tensor4d([-1.2, 0.001], [1, 1, 2, 1]);
 * roundToBytes(x); // [-1, 0.0039]: levels 0 and 128
 * ```
 */
export function roundToBytes(images: Tensor4D): Tensor4D {
  return tidy(() => {
    const clipped = minimum(maximum(images, -1), 1); // NaN stays NaN, which clipByValue makes −1 on WASM
    const levels = round(mul(sub(clipped, -1), 127.5));
    return sub<Tensor4D>(mul(levels, 2 / 255), 1);
  });
}
