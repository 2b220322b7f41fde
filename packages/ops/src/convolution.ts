import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runFusedKernel } from './fused-kernel.ts';

/** Options of {@link convolution}. */
export interface ConvolutionOptions {
  /** Step of the window. @defaultValue 1 */
  stride?: number;
  /** `'same'` pads so that the output is `ceil(size / stride)`, `'valid'` not at all. @defaultValue `'same'` */
  pad?: 'same' | 'valid';
}

/**
 * Convolution plus bias, in one pass where the backend has a kernel for it. As differentiable as `tf.conv2d`; of the gradients, those
 * that are asked for are computed.
 *
 * @param x [B, H, W, C].
 * @param filter [height, width, C, filters].
 * @param bias [filters].
 * @returns [B, H', W', filters], owned by the caller.
 * @throws RangeError when shapes do not fit.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { convolution } from '@diffgan/ops';
 * const y = convolution(tf.randomNormal([1, 8, 8, 3]), tf.randomNormal([3, 3, 3, 16]), tf.zeros([16]));
 * ```
 */
export function convolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor,
  { stride = 1, pad = 'same' }: ConvolutionOptions = {},
): tf.Tensor4D {
  if (x.rank !== 4 || filter.rank !== 4 || x.shape[3] !== filter.shape[2])
    throw new RangeError(
      `convolution: x is [${x.shape}] and filter [${filter.shape}]; they must be [batch, height, width, channels] and ` +
        `[height, width, channels, filters]`,
    );
  assertBias('convolution', bias, filter.shape[3]);
  if (!hasKernel('DiffganConvolution')) return tf.tidy(() => tf.add(tf.conv2d(x, filter, stride, pad), bias));
  const attributes = { strides: [stride, stride], pad, dataFormat: 'NHWC', dilations: [1, 1] };
  return runFusedKernel<tf.Tensor4D>('DiffganConvolution', { x, filter, bias }, attributes)[0];
}

/**
 * Matrix product plus bias, in one pass where the backend has a kernel for it. Twice differentiable.
 *
 * @param x [B, n].
 * @param kernel [n, units].
 * @param bias [units].
 * @returns [B, units], owned by the caller.
 * @throws RangeError when shapes do not fit.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { dense } from '@diffgan/ops';
 * const y = dense(tf.randomNormal([4, 8]), tf.randomNormal([8, 16]), tf.zeros([16]));
 * ```
 */
export function dense(x: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor): tf.Tensor2D {
  if (x.rank !== 2 || kernel.rank !== 2 || x.shape[1] !== kernel.shape[0])
    throw new RangeError(
      `dense: x is [${x.shape}] and kernel [${kernel.shape}]; they must be [batch, n] and [n, units]`,
    );
  assertBias('dense', bias, kernel.shape[1]);
  if (!hasKernel('DiffganDense')) return tf.tidy(() => tf.add(tf.matMul(x, kernel), bias));
  return runFusedKernel<tf.Tensor2D>('DiffganDense', { x, kernel, bias })[0];
}

function assertBias(where: string, bias: tf.Tensor, width: number): void {
  if (!tf.util.arraysEqual(bias.shape, [width]))
    throw new RangeError(`${where}: bias is [${bias.shape}]; it must be [${width}], one number for each output`);
}
