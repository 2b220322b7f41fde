import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { imageGrid } from '@diffgan/data';
import { type Point, pointsOf, scatterPlot } from '@diffgan/records';
import { samplesPicture } from '../src/sample/samples-picture.ts';

/** Dots of the i-th path of dots, in pixels. */
const dotsOf = (svg: string, i: number) => {
  const paths = [...svg.matchAll(/<path d="([^"]*)" fill="none" stroke-linecap/g)];
  return [...paths[i][1].matchAll(/M([\d.]+) ([\d.]+)h0/g)].map(([, x, y]) => [Number(x), Number(y)]);
};
const square: Point[] = [[-1, -1], [-1, 1], [1, -1], [1, 1]]; // prettier-ignore

describe('scatterPlot', () => {
  it('gives both axes one scale, y upwards', () => {
    const [[x0, y0], [x1, y1], [x2, y2]] = dotsOf(scatterPlot([[0, 0], [4, 0], [0, 1]]), 1); // prettier-ignore
    expect(y1).toBe(y0);
    expect(x2).toBe(x0);
    expect((x1 - x0) / (y0 - y2)).toBeCloseTo(4, 1);
  });

  it('keeps the frame of the reference, draws what lies outside at its edge and counts it', () => {
    const samples: Point[] = [[0, 0], [1e9, 0], [0, -1e9], [NaN, 0], [0, Infinity]]; // prettier-ignore
    const svg = scatterPlot(samples, { reference: square, title: 'a < b' });
    const own = dotsOf(scatterPlot(square, { reference: square }), 1);
    expect(dotsOf(svg, 0)).toEqual(own);
    const [centre, right, below, ...others] = dotsOf(svg, 1);
    expect(centre).toEqual([44 + 180, 28 + 180]);
    expect(right).toEqual([44 + 360, 28 + 180]);
    expect(below).toEqual([44 + 180, 28 + 360]);
    expect(others).toEqual([]);
    expect(svg).toContain('5 samples, 2 outside, drawn at the edge, 2 not finite');
    expect(svg).toContain('a &lt; b');
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it.each([[[]], [[[2, 3]]], [[[NaN, NaN]]]] as Point[][][])('draws %j', (points) => {
    expect(scatterPlot(points)).not.toMatch(/NaN|Infinity/);
  });

  it('stays small, whatever the number of points', () => {
    const many = Array.from({ length: 50_000 }, (_, i): Point => [Math.cos(i), Math.sin(i)]);
    const svg = scatterPlot(many, { reference: many });
    expect(dotsOf(svg, 1)).toHaveLength(2000);
    expect(svg.length).toBeLessThan(80_000);
  });

  it.each([3000, 4000, 10_000])(
    'shows a fair share of each class of %d samples that take three classes in turn',
    (n) => {
      const samples = Array.from({ length: n }, (_, i): Point => [i % 3, i / n]);
      const corners: Point[] = [[0, 0], [2, 1]]; // prettier-ignore
      const counts = new Map<number, number>();
      for (const [x] of dotsOf(scatterPlot(samples, { reference: corners }), 1))
        counts.set(x, (counts.get(x) ?? 0) + 1);
      expect(counts.size).toBe(3);
      for (const count of counts.values()) expect(Math.abs(count - 2000 / 3)).toBeLessThan(20);
    },
  );
});

describe('samplesPicture', () => {
  it('draws points as SVG', async () => {
    const samples = tf.tensor2d(square as [number, number][]);
    const { extension, bytes } = await samplesPicture(samples, { reference: samples });
    samples.dispose();
    expect(extension).toBe('svg');
    expect(bytes).toBe(scatterPlot(square, { reference: square }));
  });

  it('draws images as PNG, enlarged where they are small', async () => {
    const values = Float32Array.from([-1, 0, 1, 2]);
    const samples = tf.tensor4d(values, [1, 2, 2, 1]);
    const { extension, bytes } = await samplesPicture(samples);
    samples.dispose();
    expect(extension).toBe('png');
    expect(bytes).toEqual(await imageGrid({ data: Float32Array.of(-1, 0, 1, 1), shape: [1, 2, 2, 1] }, { scale: 32 }));
  });

  it.each([NaN, Infinity])('makes no pixel of %s', async (wrong) => {
    const samples = tf.tensor4d([-1, wrong, 1, 0], [1, 2, 2, 1]);
    await expect(samplesPicture(samples)).rejects.toThrow(`value 1 is ${wrong}`);
    samples.dispose();
  });

  it('refuses points that are not of the plane', async () => {
    const samples = tf.zeros([4, 3]);
    await expect(samplesPicture(samples)).rejects.toThrow(/3 coordinates.*\[n, 2\]/);
    samples.dispose();
    await expect(pointsOf([[1, 2, 3]])).rejects.toThrow(RangeError);
  });
});
