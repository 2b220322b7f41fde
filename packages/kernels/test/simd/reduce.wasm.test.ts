import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { cases, type Draw, expectAsOnCpu, numbers } from './against-cpu.ts';

function randomReduction(draw: Draw) {
  const shape = Array.from({ length: draw.int(1, 5) }, () => draw.of(1, 2, 3, 4, 5, 8, 17, 20));
  const axis = shape.map((_, i) => i).filter(() => draw.of(true, false));
  return { name: draw.of('sum' as const, 'mean' as const), shape, axis, keepDims: draw.of(true, false) };
}

describe('sums and means in SIMD', () => {
  it.each(cases(90, randomReduction))('equal those of the cpu backend: %s', async (_, c) => {
    await expectAsOnCpu(() => [tf[c.name](numbers(c.shape), c.axis, c.keepDims)]);
  });

  it.each([
    { shape: [100_003], axis: [0] },
    { shape: [3, 20_001], axis: [1] },
    { shape: [20_001, 3], axis: [0] },
    { shape: [16, 28, 28, 20], axis: [0, 1, 2] },
  ])('do not lose digits over $shape along $axis', async ({ shape, axis }) => {
    await expectAsOnCpu(() => [tf.sum(tf.add(numbers(shape), 2), axis)]);
  });
});
