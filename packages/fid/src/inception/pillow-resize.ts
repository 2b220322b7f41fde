import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { matMul, maximum, minimum, reshape, tensor2d, tidy, transpose } from '@tensorflow/tfjs-core';

const a = -0.5; // Pillow's cubic; OpenCV and PyTorch have −0.75

function cubic(x: number): number {
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
}

/**
 * The matrix of Pillow's antialiased bicubic resampling along one axis: each output is a weighted mean around the centre
 * (x + ½)·scale; when shrinking, the window widens by the scale. Windows are cut at the edges, weights normalised to sum 1.
 *
 * @returns `[from, to]` in row-major order
 */
export function pillowMatrix(from: number, to: number): Float32Array {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const matrix = new Float32Array(from * to);
  for (let x = 0; x < to; x++) {
    const centre = (x + 0.5) * scale;
    const first = Math.max(Math.floor(centre - 2 * stretch + 0.5), 0);
    const end = Math.min(Math.floor(centre + 2 * stretch + 0.5), from);
    const weights = Array.from({ length: end - first }, (_, i) => cubic((first + i - centre + 0.5) / stretch));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, i) => (matrix[(first + i) * to + x] = weight / total));
  }
  return matrix;
}

/**
 * Resizes as Pillow does float images with `BICUBIC`, then clips what overshoots the range, as clean-fid does.
 *
 * @param images `[B, H, W, C]` in [−1, 1]
 * @param size height and width of the result
 * @returns `[B, size, size, C]` in [−1, 1]; the caller disposes it
 * @see Pillow, src/libImaging/Resample.c, for the filter
 */
export function pillowResize(images: Tensor4D, size: number): Tensor4D {
  const [batch, height, width, channels] = images.shape;
  return tidy(() => {
    const planes = reshape(transpose(images, [0, 3, 1, 2]), [batch * channels * height, width]);
    const wide = alongRows(planes, width, size); // [B·C·H, size]
    const columns = transpose(reshape(wide, [batch * channels, height, size]), [0, 2, 1]);
    const both = alongRows(reshape(columns, [batch * channels * size, height]), height, size); // [B·C·size, size], x before y
    const resized = transpose(reshape(both, [batch, channels, size, size]), [0, 3, 2, 1]);
    return minimum<Tensor4D>(maximum(resized, -1), 1); // clipByValue would make NaN −1 on WASM
  });
}

const alongRows = (rows: Tensor, from: number, to: number): Tensor =>
  matMul(rows, tensor2d(pillowMatrix(from, to), [from, to]));
