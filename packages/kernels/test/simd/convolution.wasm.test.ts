import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { cases, type Draw, expectAsOnCpu, numbers } from './against-cpu.ts';

type Pad = 'same' | 'valid' | tf.backend_util.ExplicitPadding;

function randomConvolution(draw: Draw) {
  const kernel = [draw.int(1, 5), draw.int(1, 5)];
  const pads = (): [number, number] => [draw.int(0, 2), draw.int(0, 2)];
  const explicit: Pad = [[0, 0], pads(), pads(), [0, 0]];
  return {
    image: [draw.of(1, 2, 3, 5), draw.int(5, 13), draw.int(5, 13), draw.of(1, 2, 3, 4, 5, 7, 8, 12, 19)],
    kernel,
    filters: draw.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 20),
    strides: [draw.int(1, 3), draw.int(1, 3)] as [number, number],
    pad: draw.of<Pad>('same', 'valid', explicit),
  };
}

const shapes = cases(90, randomConvolution);

describe('convolutions in SIMD', () => {
  it.each(shapes)('forward and both gradients equal those of the cpu backend: %s', async (_, c) => {
    const filterShape = [...c.kernel, c.image[3], c.filters];
    const functions = ['pack', 'pixel_table', 'gemm', 'filter_gradient'];
    await expectAsOnCpu(() => {
      const x = numbers(c.image, 1) as tf.Tensor4D;
      const w = numbers(filterShape, 2) as tf.Tensor4D;
      const conv = (image: tf.Tensor4D, filter: tf.Tensor4D) => tf.conv2d(image, filter, c.strides, c.pad);
      const y = conv(x, w);
      const gradients = tf.grads((image: tf.Tensor, filter: tf.Tensor) =>
        conv(image as tf.Tensor4D, filter as tf.Tensor4D),
      );
      return [y, ...gradients([x, w], numbers(y.shape, 3))];
    }, functions);
  });

  it.each(
    cases(12, (draw) => ({ ...randomConvolution(draw), activation: draw.of('linear' as const, 'relu' as const) })),
  )('with bias and activation: %s', async (_, c) => {
    await expectAsOnCpu(() => {
      const x = numbers(c.image, 1) as tf.Tensor4D;
      const filter = numbers([...c.kernel, c.image[3], c.filters], 2) as tf.Tensor4D;
      const bias = numbers([c.filters], 3) as tf.Tensor1D;
      const options = { strides: c.strides, pad: c.pad, bias, activation: c.activation };
      return [tf.fused.conv2d({ x, filter, ...options })];
    }, ['gemm']);
  });

  it.each(
    cases(40, (draw) => {
      const pads = (): [number, number] => [draw.int(0, 3), draw.int(0, 3)];
      const explicit: Pad = [[0, 0], pads(), pads(), [0, 0]];
      return {
        image: [draw.int(5, 10), draw.int(10, 15), draw.int(10, 15), draw.of(8, 12, 16, 36)],
        filters: draw.of(8, 12, 20, 32),
        pad: draw.of<Pad>('same', 'valid', explicit),
        relu: draw.of(true, false),
      };
    }),
  )("3×3 filters by Winograd's method equal the cpu backend, with both gradients and bias: %s", async (_, c) => {
    const functions = ['winograd_filter', 'winograd', 'winograd_gradient', 'winograd_gradient_filter'];
    await expectAsOnCpu(() => {
      const x = numbers(c.image, 1) as tf.Tensor4D;
      const w = numbers([3, 3, c.image[3], c.filters], 2) as tf.Tensor4D;
      const bias = numbers([c.filters], 4) as tf.Tensor1D;
      const conv = (image: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 1, c.pad);
      const y = conv(x, w);
      const activation = c.relu ? 'relu' : 'linear';
      const fused = tf.fused.conv2d({ x, filter: w, strides: 1, pad: c.pad, bias, activation });
      return [y, fused, ...tf.grads(conv)([x, w], numbers(y.shape, 3))];
    }, functions);
  });

  it('leaves dilations to the backend', async () => {
    await expectAsOnCpu(() => {
      const x = numbers([2, 9, 9, 3]) as tf.Tensor4D;
      const w = numbers([3, 3, 3, 4], 2) as tf.Tensor4D;
      return [tf.conv2d(x, w, 1, 'same', 'NHWC', 2)];
    }, []);
  });

  it('sums over many pixels and channels', async () => {
    await expectAsOnCpu(() => {
      const x = numbers([4, 28, 28, 32]) as tf.Tensor4D;
      const dy = numbers([4, 28, 28, 8], 2) as tf.Tensor4D;
      const w = numbers([3, 3, 32, 8], 3) as tf.Tensor4D;
      const gradients = tf.grads((a: tf.Tensor, b: tf.Tensor) =>
        tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'),
      );
      return gradients([x, w], dy);
    });
  });
});
