import type { GaussianMixture } from '@diffgan/data';
import type { NoiseSchedule } from '@diffgan/schedule';

/** Standard deviation of a coordinate of x_t, which planes of x_t are drawn in, t = 0…T. */
export function scalesOf({ means, std }: GaussianMixture, { alphaBar }: NoiseSchedule): Float64Array {
  const coordinates = means.flat();
  const centre = [0, 1].map((i) => means.reduce((sum, mean) => sum + mean[i], 0) / means.length);
  const variance = coordinates.reduce((sum, x, i) => sum + (x - centre[i % 2]) ** 2, 0) / coordinates.length + std ** 2;
  return Float64Array.of(variance, ...alphaBar.map((kept) => kept * variance + 1 - kept)).map(Math.sqrt);
}
