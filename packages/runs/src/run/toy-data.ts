import { type GaussianMixture, gaussianMixture, type PointDataset } from '@diffgan/data';
import { foldIn, key } from '@diffgan/ops';
import type { PointData } from './data-config.ts';
import { streams } from './streams.ts';

const grid = [-4, -2, 0, 2, 4];
const circle = [90, 210, 330].map((degrees) => (degrees * Math.PI) / 180);

const mixtures: Record<PointData['name'], GaussianMixture> = {
  gaussians25: { means: grid.flatMap((x) => grid.map((y) => [x, y])), std: 0.05 },
  'three-gaussians': { means: circle.map((angle) => [Math.cos(angle), Math.sin(angle)]), std: 0.5 },
};

/**
 * The distribution of points, whose components are the classes.
 *
 * @example
 * ```ts
 * const { means, std } = toyMixture({ name: 'gaussians25', count: 1 }); // 25 means, 0.05
 * ```
 */
export function toyMixture({ name, scale = 1 }: PointData): GaussianMixture {
  const { means, std } = mixtures[name];
  return { means: means.map((mean) => mean.map((x) => scale * x)), std: scale * std };
}

/**
 * Points to learn from, and others of the same distribution.
 *
 * @example
 * ```ts
 * const { train, test } = drawToyData({ name: 'three-gaussians', count: 300 });
 * ```
 */
export function drawToyData(config: PointData): Record<'train' | 'test', PointDataset> {
  const { name, count, seed = 0 } = config;
  const draw = (split: string, own: ReturnType<typeof key>) =>
    Object.freeze({ ...gaussianMixture(toyMixture(config), count, own), name, split });
  return { train: draw('train', key(seed)), test: draw('test', foldIn(key(seed), streams.toyData.test)) };
}
