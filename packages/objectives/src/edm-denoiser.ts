import * as tf from '@tensorflow/tfjs-core';
import { callModel, describeModel, type Model, modelFacts } from '@diffgan/ops';
import { checkSigmaData, edmPreconditioning, type EdmPreconditioningOptions } from './edm-preconditioning.ts';
import { perBatch } from './per-example.ts';

/**
 * The denoiser D(x; σ) = c_skip x + c_out F(c_in x; c_noise) of a network F that {@link edmLoss} trained, in the form in which samplers call
 * models: they give it x_t = x/√(1 + σ²) and the position that `edmSchedule` of `@diffgan/schedule` gives that level, c_noise = ¼ log σ.
 *
 * @param network F, of the shape of x from `[c_in x, c_noise]`, c_noise as float32 `[B]`, and what else samplers hand on
 * @returns a model that predicts x_0, for `predicts: 'x0'`; differentiable
 * @throws RangeError if `sigmaData` is not positive
 *
 * Source: Karras et al. 2022 (arXiv:2206.00364), eq. 7.
 *
 * @example
 * ```ts
 * import { edmDenoiser } from '@diffgan/objectives';
 * import { heunSampler, run } from '@diffgan/samplers';
 * import { edmSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const denoiser = edmDenoiser((x: tf.Tensor) => tf.zerosLike(x)); // of a Gaussian of standard deviation 0.5
 * const options = { shape: [4, 28, 28, 1], predicts: 'x0' } as const;
 * const samples = await run(heunSampler(denoiser, edmSchedule(18), options)); // [4, 28, 28, 1]
 * ```
 */
export function edmDenoiser(
  network: Model,
  options: EdmPreconditioningOptions = {},
): (...inputs: tf.Tensor[]) => tf.Tensor {
  checkSigmaData('edmDenoiser', options.sigmaData ?? 0.5);
  const denoiser = (xt: tf.Tensor, position: tf.Tensor, ...rest: tf.Tensor[]) =>
    tf.tidy(() => {
      const sigma = perBatch(tf.exp(tf.mul(4, position)), xt.rank);
      const x = tf.mul(tf.sqrt(tf.add(1, tf.square(sigma))), xt);
      const c = edmPreconditioning(sigma, options);
      const output = callModel(network, [tf.mul(c.in, x), position, ...rest]);
      return tf.add(tf.mul(c.skip, x), tf.mul(c.out, output));
    });
  return describeModel(denoiser, modelFacts(network));
}
