import type * as tf from '@tensorflow/tfjs-core';
import { imageGrid } from '@diffgan/data';
import { pointsOf, scatterPlot } from '@diffgan/records';

/** A picture of samples as the content of a file. */
export type SamplesPicture =
  { extension: 'png'; bytes: Uint8Array } | { extension: 'svg'; /** The text of the file. */ bytes: string };

/** Options of {@link samplesPicture}. */
export interface SamplesPictureOptions {
  /** Points of the data, shown in grey below the samples; they also decide the frame. `[n, 2]`; read, not disposed. */
  reference?: tf.Tensor | readonly (readonly number[])[];
}

/** Images are enlarged to about so many pixels. */
const SIDE = 64;

/**
 * A picture of samples: a grid of images, or a scatter plot of points.
 *
 * @param samples images `[n, H, W, 1 | 3]` in [−1, 1] or points `[n, 2]`; read, not disposed. Points that are
 *   not finite are counted.
 * @throws RangeError for another shape, and for pixels that are not finite.
 * @example
 * ```ts
 * const points = tf.tensor2d([[0, 1], [2, 3]]);
 * const { extension, bytes } = await samplesPicture(points, { reference: [[0, 0], [2, 2]] });
 * await writeAtomically(`step-00000500.${extension}`, bytes); // an SVG; of images a PNG
 * ```
 */
export async function samplesPicture(
  samples: tf.Tensor,
  { reference = [] }: SamplesPictureOptions = {},
): Promise<SamplesPicture> {
  if (samples.rank === 2) {
    const groups = { reference: await pointsOf(reference), samples: await pointsOf(samples) };
    return { extension: 'svg', bytes: scatterPlot(groups.samples, { reference: groups.reference }) };
  }
  const image = { data: await samples.data<'float32'>(), shape: samples.shape };
  const scale = Math.max(1, Math.floor(SIDE / (samples.shape[2] ?? SIDE)));
  return { extension: 'png', bytes: await imageGrid(image, { scale }) };
}
