import type { GaussianMixture } from '@diffgan/data';
import type { PointSettings } from './settings.ts';

/** Coordinates of the data lie in ±`REACH`: perceptrons learn slowly what changes over a small part of their inputs' range. */
export const REACH = 16;

type Point = readonly [x: number, y: number];

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const arc = (count: number, at: (share: number) => Point): Point[] => range(count).map((i) => at((i + 0.5) / count));

const sides = [-1, -0.5, 0, 0.5, 1];
const outer = 4.5 * Math.PI;

/** Points at equal distances along the spiral of the roll, whose angle goes with the root of the way. */
const roll = arc(150, (share) => {
  const angle = Math.sqrt((1.5 * Math.PI) ** 2 + share * (outer ** 2 - (1.5 * Math.PI) ** 2));
  return [(Math.cos(angle) * angle) / outer, (Math.sin(angle) * angle) / outer];
});

const moons = arc(100, (share) => {
  const angle = 2 * Math.PI * share;
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  return share < 0.5 ? [0.62 * x - 0.31, 0.62 * y - 0.2] : [0.62 * x + 0.31, 0.62 * y + 0.2];
});

const centres = {
  grid: sides.flatMap((x) => sides.map((y): Point => [x, y])),
  ring: arc(8, (share) => [Math.cos(2 * Math.PI * share), Math.sin(2 * Math.PI * share)]),
  roll,
  moons,
};

/** Most points that are kept of a drawing. */
export const MOST_DRAWN = 200;

/** The distribution to learn: Gaussians around centres in ±`REACH`, dense ones along the curves. */
export function mixtureOf({ data, spread }: PointSettings, drawn: readonly Point[]): GaussianMixture {
  const points = data === 'drawn' ? (drawn.length > 0 ? drawn : centres.ring) : centres[data];
  const distance = REACH / 4; // a spread is told beside modes 2 apart, and the grid's are half a reach
  return { means: points.map(([x, y]) => [x * REACH, y * REACH]), std: spread * distance };
}

/** Whether the centres are modes to be counted. */
export const hasModes = ({ data }: PointSettings): boolean => data === 'grid' || data === 'ring';
