import * as tf from '@tensorflow/tfjs-core';

/** Options of {@link edmPreconditioning}. */
export interface EdmPreconditioningOptions {
  /**
   * σ_data, the standard deviation of the data, > 0.
   * @defaultValue `0.5`
   */
  sigmaData?: number;
}

/** The factors of {@link edmPreconditioning}, each of the shape of σ. */
export interface EdmPreconditioning {
  /** c_skip = σ_d²/(σ² + σ_d²), of the noised data in the denoised. */
  skip: tf.Tensor;
  /** c_out = σ σ_d/√(σ² + σ_d²), of the network's output; 1/c_out² is the weight λ of the squared error of x_0. */
  out: tf.Tensor;
  /** c_in = 1/√(σ² + σ_d²), which gives the network's input variance 1. */
  in: tf.Tensor;
  /** c_noise = ¼ log σ, what the network is told. */
  noise: tf.Tensor;
}

/**
 * The factors of EDM at noise level σ, where a network F denoises as D(x; σ) = c_skip x + c_out F(c_in x; c_noise): input and target of F
 * have variance 1 at every σ, and F's errors are amplified as little as can be.
 *
 * @param sigma noise levels, > 0 (not checked), of any shape; not disposed
 * @returns four tensors of the shape of `sigma`, which the caller disposes
 * @throws RangeError if `sigmaData` is not positive
 *
 * Source: Karras et al. 2022 (arXiv:2206.00364), table 1 and appendix B.6.
 *
 * @example
 * ```ts
 * import { edmPreconditioning } from '@diffgan/objectives';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const { skip, out } = edmPreconditioning(tf.tensor1d([0.5])); // skip [0.5], out [0.3535…]
 * ```
 */
export function edmPreconditioning(sigma: tf.Tensor, options: EdmPreconditioningOptions = {}): EdmPreconditioning {
  const { sigmaData = 0.5 } = options;
  checkSigmaData('edmPreconditioning', sigmaData);
  return tf.tidy(() => {
    const scale = tf.rsqrt(tf.add(tf.square(sigma), sigmaData ** 2));
    return {
      skip: tf.square(tf.mul(sigmaData, scale)),
      out: tf.mul(tf.mul(sigma, sigmaData), scale),
      in: tf.clone(scale),
      noise: tf.mul(0.25, tf.log(sigma)),
    };
  });
}

/** Throws unless `sigmaData` is a standard deviation. */
export function checkSigmaData(caller: string, sigmaData: number): void {
  if (!(sigmaData > 0 && sigmaData < Infinity))
    throw new RangeError(`${caller}: sigmaData is ${sigmaData}; give the standard deviation of the data, such as 0.5`);
}
