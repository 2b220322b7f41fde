import * as tf from '@tensorflow/tfjs-core';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { imageGrid } from '@diffgan/data';

const rows = (png: Uint8Array) => {
  const { width, channels, data } = decode(png);
  const line = width * channels;
  return Array.from({ length: data.length / line }, (_, y) => Array.from(data.slice(y * line, (y + 1) * line)));
};

describe('imageGrid', () => {
  it('places grey images row by row with white between and around what is missing', async () => {
    const images = tf.tensor4d([-1, 1, 0, -2, 2, -1], [3, 1, 2, 1]); // values outside are clipped
    const png = await imageGrid(images, { columns: 2, padding: 1 });
    expect(rows(png)).toEqual([
      [0, 255, 255, 128, 0],
      [255, 255, 255, 255, 255],
      [255, 0, 255, 255, 255],
    ]);
    images.dispose();
  });

  it('enlarges by whole pixels', async () => {
    const png = await imageGrid({ data: Float32Array.of(-1, 1), shape: [2, 1, 1, 1] }, { padding: 0, scale: 2 });
    expect(rows(png)).toEqual([
      [0, 0, 255, 255],
      [0, 0, 255, 255],
    ]);
  });

  it('draws RGB', async () => {
    const data = Float32Array.of(1, -1, -1, -1, 1, -1);
    const png = await imageGrid({ data, shape: [2, 1, 1, 3] }, { columns: 1, padding: 0, scale: 2 });
    expect(rows(png)).toEqual([
      [255, 0, 0, 255, 0, 0],
      [255, 0, 0, 255, 0, 0],
      [0, 255, 0, 0, 255, 0],
      [0, 255, 0, 0, 255, 0],
    ]);
  });

  it('gives every byte back that 2k/255 − 1 made', async () => {
    const data = Float32Array.from({ length: 256 }, (_, k) => (2 * k) / 255 - 1);
    const png = await imageGrid({ data, shape: [1, 16, 16, 1] });
    expect(Array.from(decode(png).data)).toEqual(Array.from({ length: 256 }, (_, k) => k));
  });

  it('chooses the smallest square', async () => {
    const { width, height } = decode(await imageGrid({ data: new Float32Array(5 * 9), shape: [5, 3, 3, 1] }));
    expect([width, height]).toEqual([3 * 3 + 2 * 2, 2 * 3 + 2]);
  });

  const one = (value: number) => ({ data: Float32Array.of(value), shape: [1, 1, 1, 1] });
  it.each([
    ['NaN', one(NaN), {}, /value 0 is NaN/],
    ['infinity', one(-Infinity), {}, /value 0 is -Infinity/],
    ['two channels', { data: new Float32Array(2), shape: [1, 1, 1, 2] }, {}, /1 or 3 channels/],
    ['a missing axis', { data: new Float32Array(4), shape: [2, 2, 1] }, {}, /shape is \[2, 2, 1\]/],
    ['too few values', { data: new Float32Array(3), shape: [1, 2, 2, 1] }, {}, /3 values/],
    ['fractional scale', one(0), { scale: 1.5 }, /scale is 1\.5/],
    ['negative padding', one(0), { padding: -1 }, /padding is -1/],
    ['no columns', one(0), { columns: 0 }, /columns is 0/],
  ])('refuses %s', async (_, images, options, message) => {
    await expect(imageGrid(images, options)).rejects.toThrow(RangeError);
    await expect(imageGrid(images, options)).rejects.toThrow(message);
  });
});
