import { describe, expect, test } from 'vitest';
import { directedMoments } from '@diffgan/fid';

type Point = [x: number, y: number];

describe('directedMoments', () => {
  const points: Point[] = [
    [1, 0],
    [3, 0],
    [2, 1],
  ];

  test('are mean and deviation along, and root mean square across', () => {
    const { mean, along, across } = directedMoments(points, [1, 0]);
    expect(mean).toBe(2);
    expect(along).toBeCloseTo(Math.sqrt(2 / 3), 15);
    expect(across).toBeCloseTo(Math.sqrt(1 / 3), 15);
  });

  test('turn with the points', () => {
    const [c, s] = [Math.cos(2), Math.sin(2)];
    const turned = points.map(([x, y]): Point => [c * x - s * y, s * x + c * y]);
    const [before, after] = [directedMoments(points, [1, 0]), directedMoments(turned, [c, s])];
    for (const name of ['mean', 'along', 'across'] as const) expect(after[name]).toBeCloseTo(before[name], 14);
  });

  test('a weight counts like so many points', () => {
    const thrice = [points[0], points[0], points[0], points[1], points[2]];
    const [weighted, counted] = [directedMoments(points, [0.6, 0.8], [6, 2, 2]), directedMoments(thrice, [0.6, 0.8])];
    for (const name of ['mean', 'along', 'across'] as const) expect(weighted[name]).toBeCloseTo(counted[name], 14);
  });

  test('on a grid are those of a density: a Gaussian', () => {
    const side = Array.from({ length: 161 }, (_, i) => -4 + i / 20);
    const grid = side.flatMap((x) => side.map((y): Point => [x, y]));
    const weights = grid.map(([x, y]) => Math.exp(-((x - 0.5) ** 2) / 0.5 - y ** 2 / 0.18));
    const { mean, along, across } = directedMoments(grid, [1, 0], weights);
    expect(mean).toBeCloseTo(0.5, 10);
    expect(along).toBeCloseTo(0.5, 10);
    expect(across).toBeCloseTo(0.3, 10);
  });
});
