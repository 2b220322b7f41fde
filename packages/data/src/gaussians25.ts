import type { Key } from '@diffgan/ops';
import { gaussianMixture } from './gaussian-mixture.ts';
import type { PointDataset } from './point-dataset.ts';

/** Options of {@link gaussians25}. */
export interface Gaussians25Options {
  /** Standard deviation of each mode, before scaling. @defaultValue 0.05 */
  std?: number;
  /** Multiplies all coordinates; `1 / (2 * Math.SQRT2)` gives points of about unit scale. @defaultValue 1 */
  scale?: number;
}

const positions = [-4, -2, 0, 2, 4];

/**
 * The toy problem of mode collapse: 25 equally likely Gaussians on the grid (2i, 2j), i, j = −2…2.
 *
 * @param count how many points
 * @param key decides the draw, as in {@link gaussianMixture}
 * @param options standard deviation and scale
 * @returns `count` points of the plane, labelled 5(i + 2) + (j + 2); 98.89 % lie within three standard deviations of their centre
 * @throws RangeError for a count, standard deviation or scale out of range
 * @see Srivastava et al.: VEEGAN, arXiv:1705.07761; Xiao, Kreis, Vahdat: denoising diffusion GANs, arXiv:2112.07804
 * @example
 * ```ts
 * const train = gaussians25(50_000, key(0));
 * for (const { points } of batches(train, { batch: 256, key: key(1) })) points.dispose(); // [256, 2] each
 * ```
 */
export function gaussians25(count: number, key: Key, { std = 0.05, scale = 1 }: Gaussians25Options = {}): PointDataset {
  if (!(scale > 0 && scale < Infinity))
    throw new RangeError(`gaussians25: scale is ${scale}; it must be a number above 0.`);
  const means = positions.flatMap((x) => positions.map((y) => [x * scale, y * scale]));
  return Object.freeze({ ...gaussianMixture({ means, std: std * scale }, count, key), name: 'gaussians25' });
}
