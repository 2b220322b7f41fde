import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, test } from 'vitest';
import { imageDataset } from '@diffgan/data';
import { key, normal, uniformArray } from '@diffgan/ops';
import { type Deal, Rows } from '../src/rows.ts';
import { takeExamples } from '../src/training-data.ts';

/** Numbers of the rows of a rank, counted one by one: each takes the next share of each block. */
function rowsOneByOne(batch: number, { blocks = 1, size = 1, rank = 0 }: Deal): number[] {
  const share = batch / blocks / size;
  return Array.from({ length: batch }, (_, row) => row).filter((row) => Math.floor(row / share) % size === rank);
}

const deals = [
  { batch: 12, blocks: 1, size: 1 },
  { batch: 12, blocks: 3, size: 1 },
  { batch: 12, blocks: 1, size: 2 },
  { batch: 12, blocks: 3, size: 2 },
  { batch: 30, blocks: 2, size: 3 },
  { batch: 64, blocks: 4, size: 4 },
  { batch: 35, blocks: 5, size: 7 },
].flatMap((deal) => Array.from({ length: deal.size }, (_, rank) => ({ ...deal, rank })));

const pick = (whole: ArrayLike<number>, rows: readonly number[], perRow: number) =>
  rows.flatMap((row) => Array.from({ length: perRow }, (_, i) => whole[row * perRow + i]));

describe.each(deals)('rows of $batch in $blocks blocks, rank $rank of $size', ({ batch, ...deal }) => {
  const rows = new Rows(batch, deal);
  const expected = rowsOneByOne(batch, deal);

  it('are the same share of each block', () => {
    expect([...rows.numbers]).toEqual(expected);
    const numbers = uniformArray(key(1), 3 * batch);
    expect([...rows.of(numbers)]).toEqual(pick(numbers, expected, 3));
  });

  it('have the noise that they have in the whole, to the bit', async () => {
    const [own, whole] = [rows.normal(key(2), [5, 7]), normal(key(2), [batch, 5, 7])];
    expect(own.shape).toEqual([expected.length, 5, 7]);
    expect([...(await own.data())]).toEqual(pick(await whole.data(), expected, 35));
    tf.dispose([own, whole]);
  });

  it('have the noise of as many rows of other blocks', async () => {
    const count = (2 * batch) / deal.blocks;
    const [own, whole] = [rows.normal(key(3), [3], count), normal(key(3), [count, 3])];
    const ofCount = rowsOneByOne(count, { ...deal, blocks: 2 });
    expect([...(await own.data())]).toEqual(pick(await whole.data(), ofCount, 3));
    tf.dispose([own, whole]);
  });

  it('are placed in the whole', async () => {
    const numbers = Float32Array.from(expected, (row) => row + 1);
    const [own, placed] = tf.tidy(() => {
      const own = tf.tensor1d(numbers);
      return [own, rows.placed(own)];
    });
    const mine = Array.from({ length: batch }, (_, row) => (expected.includes(row) ? row + 1 : 0));
    expect([...(await placed.data())]).toEqual(mine);
    tf.dispose([own, placed]);
  });

  it('are the examples of the whole, mirrored and moved alike', () => {
    const images = Uint8Array.from(uniformArray(key(4), 40 * 48, { min: 0, max: 256 }));
    const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 7);
    const size = { count: 40, height: 4, width: 4, channels: 3 };
    const data = imageDataset({ name: 'noise', split: 'train', images, labels, ...size });
    const chosen = Int32Array.from({ length: batch }, (_, i) => (i * 17) % 40);
    const options = { flip: true, augment: 0.6, key: key(5) };
    const [own, whole] = [takeExamples(data, chosen, { ...options, rows }), takeExamples(data, chosen, options)];
    expect(own.shape).toEqual([expected.length, 4, 4, 3]);
    expect([...own.values]).toEqual(pick(whole.values, expected, 48));
    expect([...own.labels!]).toEqual(pick(whole.labels!, expected, 1));
    expect([...own.augmentation!]).toEqual(pick(whole.augmentation!, expected, 9));
  });
});

test('rows that cannot be dealt out are refused', () => {
  expect(() => new Rows(9, { size: 2 })).toThrow(
    'training: 9 examples at a time cannot be dealt out to 2 processes in equal shares; use a batch whose shares are multiples of 2',
  );
  expect(() => new Rows(12, { size: 2, blocks: 4 })).toThrow(
    /which belong together across 4 parts of it; .* multiples of 8/,
  );
});
