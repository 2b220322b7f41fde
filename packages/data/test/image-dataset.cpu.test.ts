import { describe, expect, it } from 'vitest';
import { type ImageDataset, imageDataset } from '@diffgan/data';

const parts = (changes: Partial<ImageDataset> = {}): ImageDataset => ({
  name: 'squares',
  split: 'train',
  images: new Uint8Array(2 * 3 * 4),
  count: 2,
  height: 3,
  width: 4,
  channels: 1,
  ...changes,
});
const floats = (at: number, value: number) => {
  const images = new Float32Array(24);
  images[at] = value;
  return { images };
};

describe('imageDataset', () => {
  it('returns a frozen object that shares the pixels', () => {
    const given = parts({ labels: Uint8Array.of(0, 1) });
    const dataset = imageDataset(given);
    expect(dataset).toEqual(given);
    expect(dataset.images).toBe(given.images);
    expect(Object.isFrozen(dataset)).toBe(true);
    expect('labels' in imageDataset(parts())).toBe(false);
  });

  it('accepts floats up to both ends of the range', () => {
    expect(imageDataset(parts(floats(3, 1))).count).toBe(2);
    expect(imageDataset(parts(floats(3, -1))).count).toBe(2);
  });

  it.each([
    ['NaN', floats(17, NaN), /images\[17\] is NaN/],
    ['a pixel above 1', floats(5, 1.5), /images\[5\] is 1\.5/],
    ['a byte range in floats', floats(5, 255), /images\[5\] is 255.*2k\/255/],
    ['too few pixels', { images: new Uint8Array(23) }, /23 values, but 2 × 3 × 4 × 1/],
    ['a fractional count', { count: 1.5 }, /count is 1\.5/],
    ['no channels', { channels: 0 }, /channels is 0/],
    ['too few labels', { labels: new Uint8Array(1) }, /labels has 1 values for 2/],
  ])('refuses %s', (_, changes, message) => {
    expect(() => imageDataset(parts(changes))).toThrow(RangeError);
    expect(() => imageDataset(parts(changes))).toThrow(message);
  });

  it('refuses other types', () => {
    const wrong = new Float64Array(24) as unknown as Float32Array;
    expect(() => imageDataset(parts({ images: wrong }))).toThrow(TypeError);
    expect(() => imageDataset(parts({ labels: [0, 1] as unknown as Uint8Array }))).toThrow(TypeError);
  });
});
