import { describe, expect, it } from 'vitest';
import { imageDataset, stacked } from '@diffgan/data';
import { key } from '@diffgan/ops';
import golden from './golden/toys.json';

/** Ten images of 1 × 2 pixels; the label is in the pixels. */
const ten = imageDataset({
  name: 'ten',
  split: 'test',
  images: Uint8Array.from({ length: 20 }, (_, i) => 10 * (i >> 1) + (i & 1)),
  labels: Uint8Array.from({ length: 10 }, (_, i) => i),
  count: 10,
  height: 1,
  width: 2,
  channels: 1,
});

describe('stacked', () => {
  it('stacks the images that jax.random draws, and numbers their modes', () => {
    const dataset = stacked(ten, { count: 6, key: key(5) });
    const [a, b, c] = golden.stacked;
    expect(dataset).toMatchObject({ name: 'stacked-ten', split: 'test', count: 6, height: 1, width: 2, channels: 3 });
    expect(Array.from(dataset.modes!)).toEqual(a.map((_, i) => 100 * a[i] + 10 * b[i] + c[i]));
    const pixels = a.flatMap((_, i) => [0, 1].flatMap((p) => [a, b, c].map((source) => 10 * source[i] + p)));
    expect(Array.from(dataset.images)).toEqual(pixels);
    expect(dataset.labels).toBeUndefined();
  });

  it('has 1000 modes, all as likely', () => {
    const { modes } = stacked(ten, { count: 26_000, key: key(1) });
    const counts = new Float64Array(1000);
    modes!.forEach((mode) => counts[mode]++);
    const chiSquare = counts.reduce((sum, n) => sum + (n - 26) ** 2 / 26, 0); // 999 ± √1998; four deviations, one key in 15 000
    expect(Math.abs(chiSquare - 999)).toBeLessThan(4 * Math.sqrt(2 * 999));
  });

  it('stacks as many images as there are, of the same type, with one key unless told', () => {
    const floats = imageDataset({ ...ten, images: Float32Array.from(ten.images, (k) => k / 100), labels: undefined });
    const dataset = stacked(floats);
    expect([dataset.count, dataset.images instanceof Float32Array, 'modes' in dataset]).toEqual([10, true, false]);
    expect(stacked(ten)).toEqual(stacked(ten, { key: key(0) }));
    expect(Object.isFrozen(dataset)).toBe(true);
  });

  it('refuses colours, labels beyond 9 and no images', () => {
    const colours = imageDataset({ ...ten, images: new Uint8Array(60), channels: 3 });
    expect(() => stacked(colours)).toThrow(/'ten' has 3 channels/);
    expect(() => stacked(imageDataset({ ...ten, labels: new Uint8Array(10).fill(10) }))).toThrow(/labels\[0\] is 10/);
    expect(() => stacked(ten, { count: 0 })).toThrow(/count is 0/);
  });
});
