import type { Tensor1D } from '@tensorflow/tfjs-core';
import { divergence, divergenceNames, type DivergenceName } from './divergence.ts';
import { scoreLosses } from './score-losses.ts';
import type { DivergenceOptions } from './variational-losses.ts';

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

/** Name of an adversarial loss. */
export type AdversarialLossName = DivergenceName | keyof typeof scoreLosses;

/**
 * The adversarial loss with the given name.
 *
 * `'gan'` is the original GAN with the non-saturating generator: the critic minimises softplus(−V(real)) + softplus(V(fake)),
 * the generator softplus(−V(fake)). It is the most stable choice for denoising diffusion GANs. The other f-divergences are those of
 * {@link divergence}. `'wgan'`, `'hinge'` and `'lsgan'` are no f-divergences:
 *
 * | name    | critic                                   | generator       |
 * | ------- | ---------------------------------------- | --------------- |
 * | `wgan`  | V(fake) − V(real), plus gradient penalty | −V(fake)        |
 * | `hinge` | max(0, 1 − V(real)) + max(0, 1 + V(fake)) | −V(fake)       |
 * | `lsgan` | ½(V(real) − 1)² + ½V(fake)²              | ½(V(fake) − 1)² |
 *
 * @param name - a name of {@link divergenceNames}, `'wgan'`, `'hinge'` or `'lsgan'`
 * @param options - for the f-divergences; the other losses have no options and ignore these
 * @throws RangeError if the name or an option is unknown or out of range
 *
 * Source: Goodfellow et al. 2014 (arXiv:1406.2661), section 3; Nowozin et al. 2016 (arXiv:1606.00709); Arjovsky et al. 2017
 * (arXiv:1701.07875); Lim and Ye 2017 (arXiv:1705.02894); Mao et al. 2017 (arXiv:1611.04076).
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
export function adversarialLoss(name: AdversarialLossName, options: DivergenceOptions = {}): AdversarialLoss {
  if (isScoreLoss(name)) return scoreLosses[name];
  if (divergenceNames.includes(name)) return divergence(name, options);
  const names = [...divergenceNames, ...Object.keys(scoreLosses)];
  throw new RangeError(`adversarialLoss: name is '${String(name)}'; use one of ${names.join(', ')}`);
}

const isScoreLoss = (name: AdversarialLossName): name is keyof typeof scoreLosses => Object.hasOwn(scoreLosses, name);
