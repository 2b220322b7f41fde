import { describe, expect, it } from 'vitest';
import { batches, batchesPerEpoch, batchIndices, imageDataset, takeImages } from '@diffgan/data';
import { foldIn, key, permutation } from '@diffgan/ops';

/** Ten images of 1 × 2 pixels; pixel values tell which image it is. */
const ten = imageDataset({
  name: 'ten',
  split: 'train',
  images: Uint8Array.from({ length: 20 }, (_, i) => i >> 1),
  labels: Uint8Array.from({ length: 10 }, (_, i) => i),
  count: 10,
  height: 1,
  width: 2,
  channels: 1,
});

describe('takeImages', () => {
  it('maps bytes k to 2k/255 − 1, both ends exactly', async () => {
    const images = Uint8Array.from({ length: 256 }, (_, k) => k);
    const all = imageDataset({ ...ten, images, labels: undefined, count: 1, height: 16, width: 16 });
    const taken = takeImages(all, [0]);
    expect(taken.shape).toEqual([1, 16, 16, 1]);
    const values = await taken.data();
    expect([values[0], values[255]]).toEqual([-1, 1]);
    expect(values).toBeAllClose(
      images.reduce<number[]>((list, k) => [...list, (2 * k) / 255 - 1], []),
      { rtol: 0, atol: 2 ** -24 }, // half an ulp of float32 below 1
    );
    taken.dispose();
  });

  it('keeps the order and repeats; floats pass unchanged', async () => {
    const images = Float32Array.from({ length: 20 }, (_, i) => i / 20);
    const taken = takeImages(imageDataset({ ...ten, images }), Int32Array.of(3, 0, 3));
    expect(Array.from(await taken.data())).toEqual([6, 7, 0, 1, 6, 7].map((i) => images[i]));
    taken.dispose();
  });

  it.each([[[10]], [[-1]], [[0.5]], [[NaN]]])('refuses index %s', (indices) => {
    expect(() => takeImages(ten, indices)).toThrow(/indices\[0\].*0…9/);
  });

  it('refuses an empty list', () => expect(() => takeImages(ten, [])).toThrow(RangeError));
});

describe('batchIndices', () => {
  const options = { batch: 3, key: key(7) };

  it('cuts the permutation of each epoch and drops the last partial batch', () => {
    for (const epoch of [0, 1, 5]) {
      const order = permutation(foldIn(options.key, epoch), 10);
      for (let i = 0; i < 3; i++)
        expect(batchIndices(ten, 3 * epoch + i, options)).toEqual(order.slice(3 * i, 3 * i + 3));
    }
    expect(batchesPerEpoch(ten, 3)).toBe(3);
  });

  it('is a pure function: any order of calls, other keys and callers that write give the same', () => {
    const forward = [0, 1, 2, 3, 4].map((step) => Array.from(batchIndices(ten, step, options)));
    batchIndices(ten, 3, options).fill(0);
    batchIndices(ten, 1, { batch: 3, key: key(8) });
    const backward = [4, 3, 2, 1, 0].map((step) => Array.from(batchIndices(ten, step, options))).reverse();
    expect(backward).toEqual(forward);
  });

  it('refuses steps and batches out of range', () => {
    expect(() => batchIndices(ten, -1, options)).toThrow(/step is -1/);
    expect(() => batchIndices(ten, 0.5, options)).toThrow(RangeError);
    expect(() => batchIndices(ten, 0, { batch: 11, key: key(0) })).toThrow(/batch is 11.*1…10/);
    expect(() => batchIndices(ten, 0, { batch: 0, key: key(0) })).toThrow(RangeError);
  });
});

describe('batches', () => {
  it('yields images with their labels, epoch after epoch', async () => {
    const seen: number[][] = [];
    for (const { images, labels, epoch, index } of batches(ten, { batch: 5, key: key(1), epochs: 2 })) {
      const values = await images.data();
      labels!.forEach((label, i) => expect(values[2 * i]).toBeCloseTo((2 * label) / 255 - 1, 6));
      seen.push([epoch, index, ...Array.from(labels!).sort()]);
      images.dispose();
    }
    expect(seen.map(([epoch, index]) => [epoch, index])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const epochLabels = [...seen[0].slice(2), ...seen[1].slice(2)].sort();
    expect(epochLabels).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('goes on for ever when asked, and keeps nothing when left', () => {
    let count = 0;
    for (const { images } of batches(ten, { batch: 10, key: key(1), epochs: Infinity })) {
      images.dispose();
      if (++count === 5) break;
    }
    expect(count).toBe(5);
  });

  it('refuses a number of epochs that is none', () => {
    expect(() => batches(ten, { batch: 5, key: key(1), epochs: 0 }).next()).toThrow(/epochs is 0/);
  });
});
