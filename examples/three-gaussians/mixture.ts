// Three Gaussians on the unit circle at 90°, 210° and 330°, standard deviation ½, noised to some level; and what guidance makes of them.
import { type DirectedMoments, directedMoments } from '@diffgan/fid';
import { foldIn, key as makeKey, normalArray, uniformArray } from '@diffgan/ops';
import { streams } from './streams.ts';

export type Point = readonly [x: number, y: number];

const angles = [90, 210, 330].map((degrees) => (degrees * Math.PI) / 180);
export const directions: readonly Point[] = angles.map((angle) => [Math.cos(angle), Math.sin(angle)]);
export const STD = 0.5;
export const classes = directions.length;

/** ᾱ_t: 1 is the data. */
export type Level = number;

const meansAt = (level: Level): Point[] => directions.map(([x, y]) => [Math.sqrt(level) * x, Math.sqrt(level) * y]);
const varianceAt = (level: Level): number => level * STD ** 2 + 1 - level;

/** p(x | c) p(c | x)^w at a noise level, not normalised. */
export function guidedDensity([x, y]: Point, { label, w, level }: { label: number; w: number; level: Level }): number {
  const variance = varianceAt(level);
  const likelihoods = meansAt(level).map(([a, b]) => Math.exp(-((x - a) ** 2 + (y - b) ** 2) / (2 * variance)));
  const total = likelihoods.reduce((sum, p) => sum + p, 0);
  return total === 0 ? 0 : (likelihoods[label] / (2 * Math.PI * variance)) * (likelihoods[label] / total) ** w;
}

/** Moments of the guided density by quadrature; those of all classes are equal. */
export function guidedMoments(w: number, level: Level): DirectedMoments {
  const side = Array.from({ length: 201 }, (_, i) => -5 + i / 20);
  const grid = side.flatMap((x) => side.map((y): Point => [x, y]));
  return directedMoments(grid, directions[0], grid.map((point) => guidedDensity(point, { label: 0, w, level }))); // prettier-ignore
}

/** Exact draws from the guided density: those of p(x | c), kept with probability p(c | x)^w. */
export function guidedDraws(count: number, options: { label: number; w: number; level: Level; seed: number }): Point[] {
  const { label, level, seed } = options;
  const [a, b] = meansAt(level)[label];
  const std = Math.sqrt(varianceAt(level));
  const own = foldIn(foldIn(makeKey(seed), label), Math.round(10 * options.w));
  const kept: Point[] = [];
  for (let round = 0; kept.length < count; round++) {
    const draws = normalArray(foldIn(own, 2 * round + streams.round.draws), 2 * count);
    const chances = uniformArray(foldIn(own, 2 * round + streams.round.chances), count);
    for (let i = 0; i < count && kept.length < count; i++) {
      const point: Point = [a + std * draws[2 * i], b + std * draws[2 * i + 1]];
      const share = guidedDensity(point, options) / guidedDensity(point, { ...options, w: 0 });
      if (chances[i] < share) kept.push(point);
    }
  }
  return kept;
}
