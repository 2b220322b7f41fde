import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectSameOnWasm, numbers } from './on-both.ts';

const batches: [number[], number[]][] = [
  [[], []],
  [[1], [1]],
  [[3], [3]],
  [[3], [1]],
  [[1], [3]],
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [2, 2],
    [1, 1],
  ],
];
const table = batches.flatMap(([batchA, batchB]) =>
  [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({ batchA, batchB, transposeA, transposeB })),
  ),
);

describe('matMul on wasm', () => {
  it.each(table)('equals the JavaScript backend: $batchA x $batchB, $transposeA, $transposeB', async (row) => {
    const [m, k, n] = [5, 7, 3];
    await expectSameOnWasm(() => {
      const a = numbers([...row.batchA, ...(row.transposeA ? [k, m] : [m, k])], 1);
      const b = numbers([...row.batchB, ...(row.transposeB ? [n, k] : [k, n])], 2);
      return [tf.matMul(a, b, row.transposeA, row.transposeB)];
    });
  });

  // The JavaScript backend cannot do this, so the operands are repeated by hand.
  it.each([
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
    [[3], [2, 1], [2, 3]],
  ])('broadcasts batches %j and %j', async (batchA, batchB, batch) => {
    const a = numbers([...batchA, 4, 5], 1);
    const b = numbers([...batchB, 5, 2], 2);
    const product = tf.matMul(a, b);
    const repeated = tf.tidy(() => tf.matMul(tf.broadcastTo(a, [...batch, 4, 5]), tf.broadcastTo(b, [...batch, 5, 2])));
    expect(product.shape).toEqual([...batch, 4, 2]);
    expect(await product.data()).toBeAllClose(await repeated.data());
    tf.dispose([a, b, product, repeated]);
  });

  it.each([
    { rows: 1, inner: 1, columns: 1 },
    { rows: 1, inner: 130, columns: 9 },
    { rows: 49, inner: 16, columns: 49 },
  ])('has the gradients of the JavaScript backend: $rows x $inner x $columns', async ({ rows, inner, columns }) => {
    await expectSameOnWasm(() => {
      const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, false, true);
      return tf.grads(product)(
        [numbers([2, rows, inner], 1), numbers([2, columns, inner], 2)],
        numbers([2, rows, columns], 3),
      );
    });
  });

  it('is not confused by a product with the same matrix before', async () => {
    const a = numbers([2, 3, 4], 1);
    const b = numbers([2, 4, 3], 2);
    const first = tf.matMul(a, b);
    const second = tf.matMul(a, b);
    expect(await first.data()).toEqual(await second.data());
    tf.dispose([a, b, first, second]);
  });
});
