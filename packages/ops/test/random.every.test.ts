import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { key, normal, normalArray, randint, randintArray, uniform, uniformArray } from '@diffgan/ops';

test('tensors hold the numbers of the arrays on every backend', async () => {
  const root = key(42);
  const tensors = [
    normal(root, [2, 3]),
    uniform(root, [2, 3], { min: -1, max: 1 }),
    randint(root, [2, 3], { min: 1, max: 1001 }),
  ];
  const expected = [normalArray(root, 6), uniformArray(root, 6, { min: -1, max: 1 }), randintArray(root, 6, 1, 1001)];
  expect(tensors.map((t) => t.dtype)).toEqual(['float32', 'float32', 'int32']);
  for (const [i, tensor] of tensors.entries()) {
    expect(tensor.shape).toEqual([2, 3]);
    expect([...(await tensor.data())]).toEqual([...expected[i]]);
  }
  tf.dispose(tensors);
});

test('scalars and empty tensors', async () => {
  const scalar = normal<tf.Rank.R0>(key(1), []);
  const empty = uniform(key(1), [0, 4]);
  expect([...(await scalar.data())]).toEqual([...normalArray(key(1), 1)]);
  expect(empty.shape).toEqual([0, 4]);
  tf.dispose([scalar, empty]);
});
