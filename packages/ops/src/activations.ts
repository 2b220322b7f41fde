import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runFusedKernel } from './fused-kernel.ts';
import { withGradient } from './with-gradient.ts';

// All of these compute the same as tfjs's ops, and unlike them have right derivatives of every order.

/**
 * Logistic function 1/(1 + e^−x), element by element, twice differentiable.
 *
 * @returns a tensor of the shape of `x` that the caller owns.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { sigmoid } from '@diffgan/ops';
 * const probability = sigmoid(tf.tensor1d([-1, 0, 1])); // 0.27, 0.5, 0.73
 * ```
 */
export function sigmoid<T extends tf.Tensor>(x: T): T {
  return withGradient([x], () => tf.sigmoid(x), {
    backward: (dy, [x]) => {
      const s = sigmoid(x);
      return [tf.mul(dy, tf.mul(s, tf.sub(1, s)))];
    },
  });
}

/**
 * Hyperbolic tangent, element by element, twice differentiable.
 *
 * @returns a tensor of the shape of `x` that the caller owns.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { tanh } from '@diffgan/ops';
 * const pixels = tanh(tf.tensor1d([-2, 0, 2])); // in (-1, 1)
 * ```
 */
export function tanh<T extends tf.Tensor>(x: T): T {
  return withGradient([x], () => tf.tanh(x), {
    backward: (dy, [x]) => [tf.mul(dy, tf.sub(1, tf.square(tanh(x))))],
  });
}

/**
 * Exponential, element by element, twice differentiable.
 *
 * @returns a tensor of the shape of `x` that the caller owns.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { exp } from '@diffgan/ops';
 * const variance = exp(tf.tensor1d([-4, -2]));
 * ```
 */
export function exp<T extends tf.Tensor>(x: T): T {
  return withGradient([x], () => tf.exp(x), { backward: (dy, [x]) => [tf.mul(dy, exp(x))] });
}

/**
 * log(1 + e^x), element by element, twice differentiable; exact for large |x|.
 *
 * @returns a tensor of the shape of `x` that the caller owns.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { softplus } from '@diffgan/ops';
 * const loss = softplus(tf.tensor1d([-100, 0, 100])); // 0, 0.69, 100
 * ```
 */
export function softplus<T extends tf.Tensor>(x: T): T {
  const value = () => tf.add<T>(tf.relu(x), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
  return withGradient([x], value, { backward: (dy, [x]) => [tf.mul(dy, sigmoid(x))] });
}

/**
 * SiLU or swish, x·sigmoid(x), element by element, twice differentiable.
 *
 * @returns a tensor of the shape of `x` that the caller owns.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { silu } from '@diffgan/ops';
 * const h = silu(tf.tensor2d([[-1, 0, 1]]));
 * ```
 */
export function silu<T extends tf.Tensor>(x: T): T {
  return withGradient([x], () => tf.mul<T>(x, tf.sigmoid(x)), {
    backward: (dy, [x]) => {
      const s = sigmoid(x);
      // σ·(1 + x·(1 − σ)); σ·(1 − y) + y is the same and loses the 1 beside a large x
      return [tf.mul(dy, tf.mul(s, tf.add(1, tf.mul(x, tf.sub(1, s)))))];
    },
  });
}

/**
 * Leaky ReLU: x where x > 0, else alpha·x; twice differentiable (the second derivative is 0).
 *
 * @param alpha slope for negative x, at least 0, 0.2 unless told.
 * @returns a tensor of the shape of `x` that the caller owns.
 * @throws RangeError when `alpha` is negative.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { leakyRelu } from '@diffgan/ops';
 * const h = leakyRelu(tf.tensor1d([-1, 1])); // -0.2, 1
 * ```
 */
export function leakyRelu<T extends tf.Tensor>(x: T, alpha = 0.2): T {
  if (!(alpha >= 0)) throw new RangeError(`leakyRelu: alpha is ${alpha}, but must be at least 0`);
  const operation = tf.customGrad<T>((x, save) => {
    const y = tf.leakyRelu(x as T, alpha);
    // y has the sign of x, and nothing but the sign counts below. The gradient must not keep x: TensorFlow would have to keep the
    // result of the convolution before, instead of adding bias and applying this in one pass.
    (save as tf.GradSaveFunc)([y]);
    return { value: y, gradFunc: (dy: tf.Tensor, [y]: tf.Tensor[]) => gate(dy, y, alpha) };
  });
  return tf.tidy('DiffganLeakyRelu', () => operation(x)); // the name is what a gradient's tape calls it
}

/** y·(1 where x > 0, else alpha): linear in y, so its own gradient is itself; constant in x almost everywhere. */
function gate(y: tf.Tensor, x: tf.Tensor, alpha: number): tf.Tensor {
  const forward = () =>
    hasKernel('DiffganGate')
      ? runFusedKernel('DiffganGate', { y, x }, { alpha })[0]
      : tf.where(tf.greater(x, 0), y, tf.mul(y, alpha));
  return withGradient([y], forward, { save: [x], backward: (dy, [x]) => [gate(dy, x, alpha)] });
}

/**
 * Softmax over the last axis, twice differentiable.
 *
 * @returns a tensor of the shape of `x` that the caller owns; every row sums to 1.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { softmax } from '@diffgan/ops';
 * const weights = softmax(tf.tensor2d([[1, 2, 3]]));
 * ```
 */
export function softmax<T extends tf.Tensor>(x: T): T {
  return withGradient([x], () => tf.softmax(x), {
    backward: (dy, [x]) => {
      const p = softmax(x);
      return [tf.mul(p, tf.sub(dy, tf.sum(tf.mul(dy, p), -1, true)))];
    },
  });
}
