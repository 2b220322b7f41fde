import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { key, normal, normalArray } from '@diffgan/ops';
import { augmentForCritic, drawCriticAugmentation } from '../src/critic-augmentation.ts';
import { Rows } from '../src/rows.ts';
import { trainToy } from './run.ts';
import { shortRun } from './toy.ts';

const shape: [number, number, number, number] = [64, 8, 16, 2];
const rows = new Rows(64);
const valuesOf = async (compute: () => tf.Tensor) => {
  const result = tf.tidy(compute);
  const values = await result.data();
  result.dispose();
  return values;
};

test('with probability 0 images stay as they are', async () => {
  const images = () => normal(key(1), shape);
  const seen = () =>
    augmentForCritic(images(), drawCriticAugmentation(key(2), shape.slice(1), { rows, probability: 0 }));
  expect(await valuesOf(seen)).toEqual(await valuesOf(images));
});

test('images are moved by up to an eighth, zeros coming in, and have a hole of up to half their size', async () => {
  const [, height, width] = shape;
  const place = () => tf.tile(tf.reshape(tf.range(1, height * width + 1), [1, height, width, 1]), [64, 1, 1, 1]);
  const values = await valuesOf(() =>
    augmentForCritic(place(), drawCriticAugmentation(key(3), [height, width, 1], { rows, probability: 1 })),
  );
  const shifts = new Set<string>();
  for (let image = 0; image < 64; image++) {
    const own = Array.from(values.slice(image * height * width, (image + 1) * height * width));
    const moves = own.flatMap((value, at) => {
      if (value === 0) return [];
      const [from, to] = [value - 1, at];
      return [`${Math.floor(to / width) - Math.floor(from / width)},${(to % width) - (from % width)}`];
    });
    expect(new Set(moves).size).toBe(1); // all pixels together
    shifts.add(moves[0]);
    expect(moves.length).toBeGreaterThanOrEqual(height * width - 4 * 8 - width - 2 * height); // hole, and what moved out
  }
  for (const shift of shifts) {
    const [down, right] = shift.split(',').map(Number);
    expect(Math.abs(down)).toBeLessThanOrEqual(1);
    expect(Math.abs(right)).toBeLessThanOrEqual(2);
  }
  expect(shifts.size).toBeGreaterThan(5);
});

test('the gradient is the adjoint: what was moved one way is moved back', async () => {
  const [x, y] = [normalArray(key(4), 64 * 256), normalArray(key(5), 64 * 256)];
  const [forward, backward] = await valuesOf(() => {
    const draw = drawCriticAugmentation(key(6), shape.slice(1), { rows, probability: 0.7 });
    const [a, b] = [tf.tensor4d(x, shape), tf.tensor4d(y, shape)];
    const inner = (v: tf.Tensor) => tf.sum(tf.mul(augmentForCritic(v, draw), b));
    return tf.stack([inner(a), tf.sum(tf.mul(a, tf.grad(inner)(a)))]);
  });
  expect([backward]).toBeAllClose([forward], { rtol: 1e-4, atol: 1e-3 }); // sums of 16 384 float32 products
});

test('a game whose critic sees moved images is another game, with penalties and pairs', async () => {
  const options = { loss: { name: 'gan', relativistic: true }, r1: { gamma: 0.1 }, r2: { gamma: 0.1 } } as const;
  const [plain, augmented, again] = [
    await trainToy(shortRun({ ...options, steps: 2 })),
    await trainToy(shortRun({ ...options, steps: 2, criticAugment: 0.8 })),
    await trainToy(shortRun({ ...options, steps: 2, criticAugment: 0.8 })),
  ];
  expect(augmented.error).toBeUndefined();
  expect(augmented.vectors).toEqual(again.vectors);
  expect(augmented.vectors).not.toEqual(plain.vectors);
});
