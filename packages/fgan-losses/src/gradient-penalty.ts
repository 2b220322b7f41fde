import * as tf from '@tensorflow/tfjs-core';
import { key as newKey, split, uniform } from '@diffgan/ops';
import { type SlopeOptions, squaredSlope } from './squared-slope.ts';

/** Options of {@link gradientPenalty}. */
export interface GradientPenaltyOptions extends SlopeOptions {
  /**
   * Weight λ of the penalty, ≥ 0.
   * @defaultValue `10`
   */
  lambda?: number;
  /**
   * K, the slope that the penalty pulls towards, ≥ 0.
   * @defaultValue `1`
   */
  target?: number;
  /**
   * Whether only slopes above `target` cost anything.
   * @defaultValue `false`
   */
  oneSided?: boolean;
  /** Share of the real input in each mixture, `[B]` in [0, 1]; drawn uniformly from `key` if not given. Not disposed. */
  u?: tf.Tensor1D;
}

/**
 * The gradient penalty λ(‖∇V(x̃)‖ − K)² of each example at mixtures x̃ = u·real + (1 − u)·fake, which keeps a critic K-Lipschitz
 * between data and samples: what Wasserstein GANs need.
 *
 * For pairs of a denoising diffusion GAN mix and differentiate x_{t−1} alone, real and fake of the same x_t and t:
 * `gradientPenalty((x) => V(x, xt, t), xPrev, fakePrev)`. Training differentiates the penalty again, so the critic must be made of
 * operations with right second derivatives (those of `@diffgan/ops`), or `finiteDifference` be set: then ‖∇V‖ is the root of the
 * probes' mean square, which for few probes is below the norm on average.
 *
 * @param critic logits (of any shape) of a batch of inputs; larger means more real
 * @param real data `[B, …]`; not disposed
 * @param fake samples of the same shape; not disposed
 * @returns the penalties `[B]`; the caller reduces and disposes them. Differentiable in the critic's weights
 * @throws RangeError if the shapes disagree, or an option is out of range
 *
 * Source: Gulrajani et al. 2017 (arXiv:1704.00028), eq. 3; one-sided: Petzka, Fischer, Lukovnikov 2018 (arXiv:1709.08894).
 *
 * @example
 * ```ts
 * import { gradientPenalty } from '@diffgan/fgan-losses';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const critic = (x: tf.Tensor) => tf.sum(tf.square(x), 1); // gradient 2x
 * const [real, fake] = [tf.tensor2d([[0.2, -0.4]]), tf.tensor2d([[-0.6, 0.8]])];
 * gradientPenalty(critic, real, fake, { u: tf.tensor1d([0.25]) }); // [0.7875…]
 * ```
 */
export function gradientPenalty(
  critic: (x: tf.Tensor) => tf.Tensor,
  real: tf.Tensor,
  fake: tf.Tensor,
  options: GradientPenaltyOptions = {},
): tf.Tensor1D {
  const { lambda = 10, target = 1, oneSided = false, key = newKey(0) } = options;
  checkInputs(real, fake, options.u);
  for (const [name, value] of Object.entries({ lambda, target }))
    if (!(value >= 0 && value < Infinity))
      throw new RangeError(`gradientPenalty: ${name} is ${value}; give a finite number ≥ 0`);
  const [keyOfMixture, keyOfProbes] = split(key);
  return tf.tidy(() => {
    const batch = real.shape[0];
    const u = tf.reshape(options.u ?? uniform(keyOfMixture, [batch]), [batch, ...real.shape.slice(1).map(() => 1)]);
    const mixture = tf.add(tf.mul(u, real), tf.mul(tf.sub(1, u), fake));
    const squared = squaredSlope('gradientPenalty', critic, mixture, { ...options, key: keyOfProbes });
    const excess = tf.sub(tf.sqrt(tf.add(squared, 1e-12)), target); // 1e-12 keeps the root differentiable at 0
    return tf.mul(lambda, tf.square(oneSided ? tf.relu(excess) : excess));
  });
}

function checkInputs(real: tf.Tensor, fake: tf.Tensor, u?: tf.Tensor): void {
  if (real.rank < 1) throw new RangeError('gradientPenalty: real is a scalar; its first axis must be the batch');
  if (!tf.util.arraysEqual(real.shape, fake.shape))
    throw new RangeError(`gradientPenalty: fake has shape [${fake.shape}]; it must be that of real, [${real.shape}]`);
  if (u && !tf.util.arraysEqual(u.shape, [real.shape[0]]))
    throw new RangeError(`gradientPenalty: u has shape [${u.shape}]; give one number per example, [${real.shape[0]}]`);
}
