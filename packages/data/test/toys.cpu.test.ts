import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  batches,
  gaussianMixture,
  gaussians25,
  type PointDataset,
  pointDataset,
  swissRoll,
  takePoints,
} from '@diffgan/data';
import { key, split } from '@diffgan/ops';
import golden from './golden/toys.json';

/** One rounding of a float32 near `size`, of numbers that jax and ours round once on the way. */
const rounding = (size: number) => ({ rtol: 0, atol: size * 2 ** -23 });

/** Mean of a function of the points. */
function average({ points, count }: PointDataset, f: (x: number, y: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += f(points[2 * i], points[2 * i + 1]);
  return sum / count;
}

describe('gaussians25', () => {
  it('draws what jax.random draws', () => {
    const { points, labels } = gaussians25(12, key(3));
    expect(points).toBeAllClose(golden.gaussians25.points, rounding(4));
    expect(Array.from(labels!)).toEqual(golden.gaussians25.labels);
  });

  const many = gaussians25(50_000, key(0));
  const centre = (label: number) => [2 * (Math.floor(label / 5) - 2), 2 * ((label % 5) - 2)];
  const distances = Array.from(many.labels!, (label, i) => {
    const [x, y] = centre(label);
    return Math.hypot(many.points[2 * i] - x, many.points[2 * i + 1] - y);
  });

  // each of these statistical tests fails for one key in 15 000 (four standard errors); the keys are fixed
  it('has equally likely modes', () => {
    const counts = new Float64Array(25);
    many.labels!.forEach((label) => counts[label]++);
    const chiSquare = counts.reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0);
    expect(Math.abs(chiSquare - 24)).toBeLessThan(4 * Math.sqrt(2 * 24));
  });

  it('lies within three standard deviations as often as the normal distribution says', () => {
    const highQuality = 1 - Math.exp(-(3 ** 2) / 2); // the distance has a Rayleigh distribution
    const share = distances.filter((d) => d <= 0.15).length / 50_000;
    expect(Math.abs(share - highQuality)).toBeLessThan(4 * Math.sqrt((highQuality * (1 - highQuality)) / 50_000));
  });

  it('has the standard deviation it is told, in both directions', () => {
    const square = distances.reduce((sum, d) => sum + d * d, 0) / 50_000; // mean 2σ², variance 4σ⁴
    expect(Math.abs(square / 0.05 ** 2 - 2)).toBeLessThan((4 * 2) / Math.sqrt(50_000));
  });

  it('is scaled as a whole, to variance 1 with 1 / (2√2)', () => {
    const scale = 1 / (2 * Math.SQRT2);
    const scaled = gaussians25(50_000, key(0), { scale });
    expect(scaled.points).toBeAllClose(many.points.map((x) => x * scale), rounding(4)); // prettier-ignore
    expect(average(scaled, (x) => x * x)).toBeCloseTo(1, 1);
    expect([scaled.name, scaled.dimensions, Object.isFrozen(scaled)]).toEqual(['gaussians25', 2, true]);
  });

  it('refuses sizes that make no sense', () => {
    expect(() => gaussians25(0, key(0))).toThrow(/count is 0/);
    expect(() => gaussians25(10, key(0), { std: -1 })).toThrow(/std is -/);
    expect(() => gaussians25(10, key(0), { scale: 0 })).toThrow(/scale is 0/);
  });
});

describe('gaussianMixture', () => {
  const { means, std, weights } = golden.gaussianMixture;

  it('draws what jax.random draws', () => {
    const { points, labels, dimensions } = gaussianMixture({ means, std, weights }, 8, key(4));
    expect(dimensions).toBe(3);
    expect(points).toBeAllClose(golden.gaussianMixture.points, rounding(4));
    expect(Array.from(labels!)).toEqual(golden.gaussianMixture.labels);
  });

  it('never draws a component without weight, and draws others as often as theirs', () => {
    const { labels } = gaussianMixture({ means, std: 0, weights }, 10_000, key(1));
    const counts = [0, 1, 2].map((label) => labels!.filter((other) => other === label).length);
    expect(counts[1]).toBe(0);
    expect(Math.abs(counts[0] - 2500)).toBeLessThan(4 * Math.sqrt(10_000 * 0.25 * 0.75));
  });

  it('gives the centres themselves without deviation', () => {
    const { points, labels } = gaussianMixture({ means, std: 0 }, 20, key(2));
    expect(Array.from(points)).toEqual(Array.from(labels!).flatMap((label) => means[label]));
  });

  it.each([
    [{ means: [], std: 1 }, /0 centres/],
    [{ means: [[0], [0, 1]], std: 1 }, /1 per centre/],
    [{ means: [[NaN]], std: 1 }, /finite/],
    [{ means: [[0]], std: NaN }, /std is NaN/],
    [{ means: [[0], [1]], std: 1, weights: [1] }, /2 numbers/],
    [{ means: [[0], [1]], std: 1, weights: [0, 0] }, /not all 0/],
    [{ means: [[0], [1]], std: 1, weights: [1, -1] }, /≥ 0/],
  ])('refuses %o', (mixture, message) => {
    expect(() => gaussianMixture(mixture, 10, key(0))).toThrow(RangeError);
    expect(() => gaussianMixture(mixture, 10, key(0))).toThrow(message);
  });
});

describe('swissRoll', () => {
  it('draws what jax.random draws', () => {
    // the angle is up to 14, so its rounding moves the point as much as 14 roundings of the point
    expect(swissRoll(8, key(7)).points).toBeAllClose(golden.swissRoll.points, rounding(16));
  });

  it('has the moments of its formula', () => {
    const roll = swissRoll(50_000, key(1), { noise: 0.02 });
    // ∫ t cos t = 6π, ∫ t sin t = 2, ∫ t² = 29.25π³ from 1.5π to 4.5π, over 3π; each value has a deviation below 1
    const limit = 4 / Math.sqrt(50_000);
    expect(Math.abs(average(roll, (x) => x) - 2 / (4.5 * Math.PI))).toBeLessThan(limit);
    expect(Math.abs(average(roll, (_, y) => y) - 2 / (3 * Math.PI) / (4.5 * Math.PI))).toBeLessThan(limit);
    const square = 9.75 / 4.5 ** 2 + 2 * 0.02 ** 2;
    expect(Math.abs(average(roll, (x, y) => x * x + y * y) - square)).toBeLessThan(limit);
  });

  it('lies on the spiral without noise', () => {
    const { points } = swissRoll(100, key(2), { noise: 0 });
    for (let i = 0; i < 200; i += 2) {
      const t = Math.hypot(points[i], points[i + 1]) * 4.5 * Math.PI;
      expect(points.subarray(i, i + 2)).toBeAllClose([Math.cos(t), Math.sin(t)].map((v) => (v * t) / (4.5 * Math.PI)), { rtol: 0, atol: 1e-5 }); // prettier-ignore
    }
    expect(() => swissRoll(1.5, key(0))).toThrow(/count is 1\.5/);
    expect(() => swissRoll(1, key(0), { noise: -1 })).toThrow(/noise is -1/);
  });
});

describe('points', () => {
  const parts = {
    name: 'p',
    split: 'train',
    points: Float32Array.from({ length: 20 }, (_, i) => i),
    count: 10,
    dimensions: 2,
  };

  it('come in batches as images do', async () => {
    const dataset = pointDataset({ ...parts, labels: Uint8Array.from({ length: 10 }, (_, i) => i) });
    const seen: number[] = [];
    for (const { points, labels, epoch, index } of batches(dataset, { batch: 4, key: key(1), epochs: 2 })) {
      expect(points.shape).toEqual([4, 2]);
      const values = await points.data();
      expect(Array.from(values)).toEqual(Array.from(labels!).flatMap((i) => [2 * i, 2 * i + 1]));
      seen.push(10 * epoch + index);
      points.dispose();
    }
    expect(seen).toEqual([0, 1, 10, 11]);
  });

  it('are taken by index', async () => {
    const taken = takePoints(pointDataset(parts), [9, 0]);
    expect(Array.from(await taken.data())).toEqual([18, 19, 0, 1]);
    taken.dispose();
    expect(() => takePoints(parts, [10])).toThrow(/indices\[0\] is 10; .*0…9/);
    expect(() => takePoints(parts, [])).toThrow(/empty/);
    expect(tf.memory().numTensors).toBe(0);
  });

  it.each([
    [{ count: 9 }, /20 values, but 9 × 2 needs 18/],
    [{ dimensions: 0 }, /dimensions is 0/],
    [{ points: Float32Array.from({ length: 20 }, () => NaN) }, /points\[0\] is NaN/],
    [{ labels: new Uint8Array(3) }, /labels has 3 values for 10/],
    [{ labels: [1] as unknown as Uint8Array }, /Uint8Array/],
    [{ points: [1] as unknown as Float32Array }, /Float32Array/],
  ])('are checked: %o', (changes, message) => {
    expect(() => pointDataset({ ...parts, ...changes })).toThrow(message);
  });

  it('differ between keys, and not between calls', () => {
    const [one, other] = split(key(0));
    expect(gaussians25(5, one)).toEqual(gaussians25(5, one));
    expect(gaussians25(5, one)).not.toEqual(gaussians25(5, other));
  });
});
