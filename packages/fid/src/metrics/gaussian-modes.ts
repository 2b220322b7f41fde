import type { Features } from '../features/features.ts';
import { assertFeatures } from '../features/features.ts';
import { coverageOf, type ModeCoverage } from './mode-coverage.ts';

/** Options of {@link gaussianModes}. */
export interface GaussianModesOptions {
  /** Centres of the modes, `2 · modes` numbers x, y, x, y, …. @defaultValue the grid (2i, 2j), i, j = −2…2 */
  centres?: ArrayLike<number>;
  /** Standard deviation of each mode. @defaultValue 0.05 */
  std?: number;
}

/** Result of {@link gaussianModes}. */
export interface GaussianModes extends ModeCoverage {
  /** Share of the samples within three standard deviations of their nearest centre; 0.9889 for a perfect generator. */
  highQuality: number;
}

/**
 * Scores samples of a mixture of Gaussians in the plane, the toy problem of mode collapse. A mode is found when one sample lies
 * within three standard deviations of its centre; the divergence compares how many samples are nearest to each centre.
 *
 * @param points samples, `dim` = 2
 * @param options centres and standard deviation; for the grid at unit scale divide both by 2√2
 * @returns modes that were found, share of good samples, and divergence from equally likely modes
 * @throws RangeError for `dim` other than 2, no samples or values that are not finite
 * @see Srivastava et al.: VEEGAN, arXiv:1705.07761; Lin et al.: PacGAN, arXiv:1712.04086
 * @example
 * ```ts
 * const points = { data: Float64Array.of(0.01, 0, 2.1, 0, 1.2, 1.9), dim: 2 };
 * gaussianModes(points); // modes 2, highQuality 2 / 3: the last one is far from (2, 2)
 * ```
 */
export function gaussianModes(
  points: Features,
  { centres = grid(), std = 0.05 }: GaussianModesOptions = {},
): GaussianModes {
  assertFeatures('gaussianModes', { points }, 1);
  if (points.dim !== 2) throw new RangeError(`gaussianModes: points.dim is ${points.dim}; it must be 2.`);
  if (!(std > 0)) throw new RangeError(`gaussianModes: std is ${std}; it must be above 0.`);
  if (centres.length < 2 || centres.length % 2 !== 0)
    throw new RangeError(`gaussianModes: centres has ${centres.length} numbers; it needs two per mode.`);
  const modes = centres.length / 2;
  const [counts, good] = [new Float64Array(modes), new Float64Array(modes)];
  for (let at = 0; at < points.data.length; at += 2) {
    const { mode, distance } = nearestCentre(centres, points.data[at], points.data[at + 1]);
    counts[mode]++;
    if (distance <= 3 * std) good[mode]++;
  }
  const n = points.data.length / 2;
  return {
    ...coverageOf(counts, new Float64Array(modes).fill(1 / modes)),
    modes: good.filter((count) => count > 0).length,
    highQuality: good.reduce((a, b) => a + b, 0) / n,
  };
}

const grid = (): number[] => {
  const positions = [-4, -2, 0, 2, 4];
  return positions.flatMap((x) => positions.flatMap((y) => [x, y]));
};

function nearestCentre(centres: ArrayLike<number>, x: number, y: number): { mode: number; distance: number } {
  let [mode, distance] = [0, Infinity];
  for (let i = 0; i < centres.length; i += 2) {
    const candidate = Math.hypot(x - centres[i], y - centres[i + 1]);
    if (candidate < distance) [mode, distance] = [i / 2, candidate];
  }
  return { mode, distance };
}
