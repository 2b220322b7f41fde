import * as tf from '@tensorflow/tfjs-core';

/** Which variables {@link gammaGradients} differentiates what by. */
export interface GammaGradientsOptions {
  /** What the bound trains: the model's weights and the end points of the schedule. */
  bound: tf.Variable[];
  /** What the variance trains: the interior of the schedule. */
  interior: tf.Variable[];
}

/**
 * Gradients that train a variational diffusion model together with its noise schedule: of the estimated bound L̂ by the `bound`
 * variables, of L̂² by the `interior` ones.
 *
 * In continuous time the bound depends on the end points of γ alone. Its interior changes only the variance of the estimate, and as
 * E[L̂] is the same whatever the interior, descending E[L̂²] descends the variance. ∂L̂/∂η itself is noise of mean 0.
 *
 * @param loss L̂, scalar or `[B]`, the same at every call (fixed times and noise). A scalar, the mean over the batch, has gradient
 * 2L̂·∂L̂/∂η and takes one pass: the variance of the whole estimate, antithetic times included. `[B]` takes two passes and gives the
 * mean of 2L̂_i·∂L̂_i/∂η: the variance of one example's estimate, with far less noise in the gradient
 * @returns `value`, the mean of L̂, and `grads` by name as of `tf.variableGrads`; the caller disposes them
 *
 * Source: Kingma, Salimans, Poole, Ho 2021 (arXiv:2107.00630), section 5.1 and appendix. The released code does not do this.
 *
 * @example
 * ```ts
 * import { gammaGradients, gammaNetwork, vdmLoss } from '@diffgan/objectives';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const gamma = gammaNetwork({ hidden: 8 });
 * const model = (zt: tf.Tensor) => tf.zerosLike(zt);
 * const loss = () => vdmLoss(model, gamma, tf.zeros([4, 2]), { levels: 0 }).diffusion;
 * const { value, grads } = gammaGradients(loss, { bound: gamma.endPoints, interior: gamma.interior });
 * ```
 */
export function gammaGradients(
  loss: () => tf.Tensor,
  { bound, interior }: GammaGradientsOptions,
): { value: tf.Scalar; grads: tf.NamedTensorMap } {
  return tf.tidy(() => {
    let rank = 0;
    const average = () => {
      const estimate = loss();
      rank = estimate.rank;
      return tf.mean<tf.Scalar>(estimate);
    };
    const { value, grads } = tf.variableGrads(average, [...bound, ...interior]);
    const squares = () => tf.mean<tf.Scalar>(tf.square(loss()));
    const ofSquares =
      rank === 0 || interior.length === 0
        ? Object.fromEntries(interior.map(({ name }) => [name, tf.mul(tf.mul(2, value), grads[name])]))
        : tf.variableGrads(squares, interior).grads;
    return { value, grads: { ...grads, ...ofSquares } };
  });
}
