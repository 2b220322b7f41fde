import { expect, test } from 'vitest';
import { imageDataset } from '@diffgan/data';
import { key } from '@diffgan/ops';
import { takeExamples } from '../src/training-data.ts';

const images = Float32Array.from({ length: 40 * 6 }, (_, i) => (i % 251) / 251);
const sizes = { count: 40, height: 1, width: 3, channels: 2 };
const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 7);
const data = imageDataset({ name: 'rows', split: 'train', images, ...sizes, labels });
const all = Int32Array.from({ length: 40 }, (_, i) => 39 - i);

test('flip mirrors about half of the images, left to right, channels together', () => {
  const { values, shape, labels: found } = takeExamples(data, all, { flip: true, key: key(0) });
  expect(shape).toEqual([40, 1, 3, 2]);
  expect(found).toEqual(Int32Array.from(all, (i) => i % 7));
  let mirrored = 0;
  all.forEach((index, n) => {
    const [a, b, c, d, e, f] = images.subarray(6 * index, 6 * index + 6);
    const own = Array.from(values.subarray(6 * n, 6 * n + 6));
    if (own[0] !== a) mirrored++;
    expect([
      [a, b, c, d, e, f],
      [e, f, c, d, a, b],
    ]).toContainEqual(own);
  });
  // Binomial, 20 ± 3.2: outside of this once in 17 000 keys.
  expect(Math.abs(mirrored - 20)).toBeLessThan(13);
  expect(takeExamples(data, all, { key: key(0) }).values.slice(0, 6)).toEqual(images.subarray(39 * 6));
});

test('points come with their labels', () => {
  const points = Float32Array.from({ length: 8 }, (_, i) => i);
  const plane = { name: 'points', split: 'train', points, count: 4, dimensions: 2, labels: Uint8Array.of(3, 2, 1, 0) };
  const { values, shape, labels: found } = takeExamples(plane, Int32Array.of(2, 0), { key: key(0) });
  expect([Array.from(values), shape, Array.from(found!)]).toEqual([
    [4, 5, 0, 1],
    [2, 2],
    [1, 3],
  ]);
});
