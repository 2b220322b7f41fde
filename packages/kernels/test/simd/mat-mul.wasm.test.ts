import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { cases, type Draw, expectAsOnCpu, numbers } from './against-cpu.ts';

function randomProduct(draw: Draw) {
  const size = () => draw.of(1, 2, 3, 4, 5, 7, 8, 9, 16, 21, 33);
  const batch = draw.of([], [1], [2], [3, 2]);
  const broadcast = draw.of('both', 'a', 'b');
  const [transposeA, transposeB] = draw.of([false, false], [true, false], [false, true], [true, true]);
  return { rows: size(), inner: size(), columns: size(), batch, broadcast, transposeA, transposeB };
}

function operands(c: ReturnType<typeof randomProduct>): [tf.Tensor, tf.Tensor] {
  const ones = c.batch.map(() => 1);
  const a = c.transposeA ? [c.inner, c.rows] : [c.rows, c.inner];
  const b = c.transposeB ? [c.columns, c.inner] : [c.inner, c.columns];
  return [
    numbers([...(c.broadcast === 'b' ? ones : c.batch), ...a], 1),
    numbers([...(c.broadcast === 'a' ? ones : c.batch), ...b], 2),
  ];
}

describe('matrix products in SIMD', () => {
  it.each(cases(80, randomProduct))('equal those of the cpu backend: %s', async (_, c) => {
    const functions = c.transposeA && c.transposeB ? [] : [c.transposeA ? 'transposed_product' : 'gemm'];
    await expectAsOnCpu(() => [tf.matMul(...operands(c), c.transposeA, c.transposeB)], functions);
  });

  it.each(cases(20, randomProduct))('with their gradients: %s', async (_, c) => {
    await expectAsOnCpu(() => {
      const [a, b] = operands({ ...c, broadcast: 'both' });
      const product = (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, c.transposeA, c.transposeB);
      return tf.grads(product)([a, b], numbers(product(a, b).shape, 3));
    });
  });

  it.each(cases(12, (draw) => ({ ...randomProduct(draw), activation: draw.of('linear' as const, 'relu' as const) })))(
    'with bias and activation: %s',
    async (_, c) => {
      await expectAsOnCpu(() => {
        const [a, b] = operands({ ...c, batch: [] });
        const bias = numbers([c.columns], 3) as tf.Tensor1D;
        const { transposeA, transposeB, activation } = c;
        return [tf.fused.matMul({ a: a, b: b, transposeA, transposeB, bias, activation })];
      });
    },
  );
});
