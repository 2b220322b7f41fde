import type { Tensor1D } from '@tensorflow/tfjs-core';
import { gan } from './gan.ts';

/** A pair of losses, both minimised, on critic logits: a larger logit means more real. */
export interface AdversarialLoss {
  /** The name that {@link adversarialLoss} knows it by. */
  readonly name: string;
  /**
   * What the critic minimises, per example.
   * @param real - logits `[B]` of data; not disposed
   * @param fake - logits `[B]` of samples; not disposed
   * @returns `[B]`; the caller disposes it
   * @throws RangeError if the logits are not of one shape `[B]`
   */
  readonly criticLoss: (real: Tensor1D, fake: Tensor1D) => Tensor1D;
  /**
   * What the generator minimises, per example.
   * @param fake - logits `[B]` of samples; not disposed
   * @returns `[B]`; the caller disposes it
   * @throws RangeError if the logits are not of shape `[B]`
   */
  readonly generatorLoss: (fake: Tensor1D) => Tensor1D;
}

const losses = { gan } satisfies Record<string, AdversarialLoss>;

/** Name of an adversarial loss. */
export type AdversarialLossName = keyof typeof losses;

/**
 * The adversarial loss with the given name.
 *
 * `'gan'` is the original GAN with the non-saturating generator: the critic minimises softplus(−V(real)) + softplus(V(fake)),
 * the generator softplus(−V(fake)). It is the most stable choice for denoising diffusion GANs.
 *
 * @param name - `'gan'`
 * @throws RangeError if the name is unknown
 *
 * Source: Goodfellow et al. 2014 (arXiv:1406.2661), section 3.
 *
 * @example
 * ```ts
 * import { adversarialLoss } from '@diffgan/fgan-losses';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const { criticLoss, generatorLoss } = adversarialLoss('gan');
 * criticLoss(tf.tensor1d([0.5]), tf.tensor1d([-0.7])); // [0.8772…]
 * generatorLoss(tf.tensor1d([-0.7])); // [1.1031…]
 * ```
 */
export function adversarialLoss(name: AdversarialLossName): AdversarialLoss {
  if (!Object.hasOwn(losses, name))
    throw new RangeError(`adversarialLoss: name is '${name}'; use one of ${Object.keys(losses).join(', ')}`);
  return losses[name];
}
