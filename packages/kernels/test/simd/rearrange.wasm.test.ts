import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { cases, type Draw, expectAsOnCpu, numbers } from './against-cpu.ts';

function randomParts(draw: Draw) {
  const shape = Array.from({ length: draw.int(1, 4) }, () => draw.int(1, 6));
  const axis = draw.int(0, shape.length - 1);
  return { shape, axis, parts: Array.from({ length: draw.int(1, 4) }, () => draw.of(0, 1, 2, 5, 9)) };
}

describe('concatenating and cutting in SIMD', () => {
  it.each(cases(40, randomParts))('equal those of the cpu backend: %s', async (_, { shape, axis, parts }) => {
    const total = parts.reduce<number>((sum, n) => sum + n, 0);
    await expectAsOnCpu(() => [
      tf.concat(
        parts.map((n, i) => numbers(shape.with(axis, n), i)),
        axis,
      ),
      ...(total > 0 ? tf.split(numbers(shape.with(axis, total)), parts, axis) : []),
    ]);
  });

  it('leaves other types to the backend', async () => {
    await expectAsOnCpu(() => tf.split(tf.concat([tf.tensor1d([1, 2], 'int32'), tf.tensor1d([3], 'int32')]), [1, 2]));
  });
});

describe('resampling in SIMD', () => {
  const images = cases(20, (draw) => ({
    shape: [draw.int(1, 3), draw.int(1, 4), draw.int(1, 4), draw.of(1, 2, 3, 4, 5, 8, 11)],
    factor: draw.int(1, 3),
  }));

  it.each(images)('averages squares and repeats pixels: %s', async (_, { shape, factor }) => {
    await expectAsOnCpu(() => {
      const [batch, height, width, channels] = shape;
      const large = numbers([batch, height * factor, width * factor, channels]) as tf.Tensor4D;
      const small = numbers(shape) as tf.Tensor4D;
      const size: [number, number] = [height * factor, width * factor];
      return [
        tf.avgPool(large, factor, factor, 'valid'),
        tf.image.resizeNearestNeighbor(small, size, false, true),
        tf.image.resizeNearestNeighbor(small, size),
      ];
    }, ['average_pool', 'repeat_pixels']);
  });

  it('leaves overlapping windows and other factors to the backend', async () => {
    await expectAsOnCpu(() => {
      const x = numbers([1, 6, 6, 2]) as tf.Tensor4D;
      return [tf.avgPool(x, 3, 1, 'same'), tf.image.resizeNearestNeighbor(x, [4, 9], false, true)];
    });
  });
});
