import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { dropout, dropoutSeed, key } from '@diffgan/ops';

test.each([
  [
    [6, 5, 3, 7],
    [1, 4],
  ],
  [
    [64, 28, 28, 2],
    [3, 8, 33, 63],
  ],
  [
    [8, 3],
    [7, 0, 2],
  ],
])('rows of a batch of shape %j keep the masks that they have in the whole', (shape, rows) => {
  tf.tidy(() => {
    const seed = dropoutSeed(key(1));
    const options = { rate: 0.4, stream: 3 };
    const whole = dropout(tf.ones(shape), seed, options);
    const part = { batch: shape[0], rows: Int32Array.from(rows) };
    const own = dropout(tf.ones([rows.length, ...shape.slice(1)]), seed, { ...options, part });
    expect(own.dataSync()).toEqual(tf.gather(whole, tf.tensor1d(rows, 'int32')).dataSync());
    expect(() => dropout(tf.ones(shape), seed, { ...options, part })).toThrow(/part.rows names/);
  });
});
