import * as tf from '@tensorflow/tfjs-core';
import { sigmoid } from '@diffgan/ops';
import { boundedExp } from './bounded-exp.ts';
import { checkLogits } from './check-logits.ts';
import { type DivergenceName, divergenceNames } from './divergence.ts';

/** Name of a divergence that can distil: all but `tv`, whose f'' is 0 wherever it exists. */
export type DistillationDivergence = Exclude<DivergenceName, 'tv'>;

/** Options of {@link distillationWeight}. */
export interface DistillationWeightOptions {
  /** The divergence whose loss trained the critic; its best logit V* tells u. @defaultValue `'gan'`, whose V* is log u */
  critic?: DistillationDivergence;
  /**
   * The c > 0 from which powers of u go on along the tangent of e^v at v = c, as in the losses. `Infinity` is the exact weight.
   * @defaultValue `15`
   */
  expLimit?: number;
}

type OfLogits = (v: tf.Tensor1D) => tf.Tensor1D;

/** log u from the logit V* of a critic. */
const logRatios: Record<DistillationDivergence, OfLogits> = {
  gan: (v) => v,
  js2: (v) => v,
  hellinger2: (v) => tf.mul(2, v),
  kl: (v) => tf.sub(v, 1),
  rkl: (v) => v,
  // V* = 2(u − 1) is above −2; logits below stand for a u that float32 can still divide by
  pearson: (v) => tf.log(tf.maximum<tf.Tensor1D>(tf.add(1, tf.div(v, 2)), 1e-30)),
  neyman: (v) => tf.div(v, 2),
  jeffreys: (v) => v,
};

/** u² f''(u) from log u. */
const weights: Record<DistillationDivergence, (logU: tf.Tensor1D, limit: number) => tf.Tensor1D> = {
  gan: (logU) => sigmoid(logU),
  js2: (logU) => sigmoid(logU),
  hellinger2: (logU, limit) => tf.mul(0.5, boundedExp(tf.div<tf.Tensor1D>(logU, 2), limit)),
  kl: (logU, limit) => boundedExp(logU, limit),
  rkl: (logU) => tf.onesLike(logU),
  pearson: (logU, limit) => tf.mul(2, boundedExp(tf.mul<tf.Tensor1D>(2, logU), limit)),
  neyman: (logU, limit) => tf.mul(2, boundedExp(tf.neg(logU), limit)),
  jeffreys: (logU, limit) => tf.add(1, boundedExp(logU, limit)),
};

/**
 * w(u) = u² f''(u), u = q/p, by which the difference of two scores becomes the gradient of D_f(Q‖P) by the samples of P:
 *
 *     ∇_θ D_f = −E_z[ w(u(x)) (∇log q(x) − ∇log p(x)) · ∂G_θ(z)/∂θ ],  x = G_θ(z)
 *
 * | `gan`, `js2` | `hellinger2` | `kl` | `rkl` | `pearson` | `neyman` | `jeffreys` |
 * | --- | --- | --- | --- | --- | --- | --- |
 * | u/(1+u) | ½√u | u | 1 | 2u² | 2/u | u+1 |
 *
 * @param name a divergence; `tv` has no such weight
 * @returns a function of a critic's logits `[B]` that gives the weights `[B]`, which the caller disposes
 * @throws RangeError if a name is unknown or `tv`, or `expLimit` is not above 0
 *
 * Source: Xu et al. 2025 (arXiv:2502.15681), from δD_f/δp = f(u) − u f'(u), whose derivative by u is −u f''(u).
 *
 * @example
 * ```ts
 * import { distillationWeight } from '@diffgan/fgan-losses';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * distillationWeight('js2')(tf.tensor1d([0, Math.log(3)])); // [½, ¾]
 * ```
 */
export function distillationWeight(name: DistillationDivergence, options: DistillationWeightOptions = {}): OfLogits {
  const { critic = 'gan', expLimit = 15 } = options;
  for (const [argument, value] of Object.entries<string>({ name, critic }))
    if (!Object.hasOwn(weights, value)) {
      const known = divergenceNames.filter((other) => other !== 'tv').join(', ');
      throw new RangeError(
        `distillationWeight: ${argument} is '${value}'; use one of ${known}` +
          (value === 'tv' ? ' (f of tv is straight, so its weight is 0 wherever it exists)' : ''),
      );
    }
  if (!(expLimit > 0))
    throw new RangeError(`distillationWeight: expLimit is ${expLimit}; give a number > 0, or Infinity`);
  return (logits) => {
    checkLogits('distillationWeight', logits);
    return tf.tidy(() => weights[name](logRatios[critic](logits), expLimit));
  };
}
