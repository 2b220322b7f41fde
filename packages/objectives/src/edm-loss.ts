import * as tf from '@tensorflow/tfjs-core';
import { callModel, type Model } from '@diffgan/ops';
import { checkSameShape } from './check-batch.ts';
import { edmPreconditioning, type EdmPreconditioningOptions } from './edm-preconditioning.ts';
import { meanPerExample, perBatch } from './per-example.ts';
import { type NoiseOptions, standardNormal } from './standard-normal.ts';

/** Options of {@link edmLoss}. */
export interface EdmLossOptions extends NoiseOptions, EdmPreconditioningOptions {
  /** σ of each example, > 0, float32 `[B]`: of training log-normal, log σ ~ N(−1.2, 1.2²). It is not disposed. */
  sigma: tf.Tensor1D;
}

/**
 * The loss of EDM, per example: the mean over pixels of λ(σ) (D(x; σ) − x_0)² with x = x_0 + σ ε and D of {@link edmDenoiser}. Its weight
 * λ = (σ² + σ_d²)/(σ σ_d)² is 1/c_out², so that it is the plain squared error of F against (x_0 − c_skip x)/c_out =
 * (σ x_0/σ_d − σ_d ε)/√(σ² + σ_d²), in which form nothing is subtracted that is nearly equal: as F = 0 at the start, it is about 1 at every σ.
 *
 * @param network F, of the shape of `x0` from `[c_in x, c_noise]`, c_noise as float32 `[B]`
 * @param x0 data `[B, …]`, usually images `[B, H, W, C]` in [−1, 1]; not disposed
 * @returns the losses `[B]`; the caller reduces and disposes them. Differentiable in the network's weights
 * @throws RangeError if `sigma` does not hold B values, `sigmaData` is not positive, or `noise` or the output has another shape than `x0`
 *
 * Source: Karras et al. 2022 (arXiv:2206.00364), eq. 8.
 *
 * @example
 * ```ts
 * import { key } from '@diffgan/ops';
 * import { edmLoss } from '@diffgan/objectives';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const blank = (x: tf.Tensor) => tf.zerosLike(x);
 * const sigma = tf.tensor1d([0.01, 10]);
 * edmLoss(blank, tf.zeros([2, 28, 28, 1]), { sigma, key: key(7) }); // about [1, 0.0025]: data without variance are no 0.5
 * ```
 */
export function edmLoss(network: Model, x0: tf.Tensor, options: EdmLossOptions): tf.Tensor1D {
  const { sigma: levels, sigmaData = 0.5 } = options;
  if (levels.size !== x0.shape[0])
    throw new RangeError(`edmLoss: sigma has ${levels.size} values for ${x0.shape[0]} examples; give one for each`);
  return tf.tidy(() => {
    const noise = standardNormal('edmLoss', x0, options);
    const sigma = perBatch(levels, x0.rank);
    const c = edmPreconditioning(sigma, { sigmaData });
    const x = tf.add(x0, tf.mul(sigma, noise));
    const output = callModel(network, [tf.mul(c.in, x), tf.reshape(c.noise, [-1])]);
    checkSameShape('edmLoss', 'the output', output, x0);
    const target = tf.mul(c.in, tf.sub(tf.mul(tf.div(sigma, sigmaData), x0), tf.mul(sigmaData, noise)));
    return meanPerExample(tf.square(tf.sub(target, output)));
  });
}
