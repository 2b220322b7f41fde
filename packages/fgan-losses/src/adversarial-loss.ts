import { divergence, type DivergenceName, divergenceNames } from './divergence.ts';
import type { AdversarialLoss, LossPair } from './loss-pair.ts';
import { relativisticLosses } from './relativistic-losses.ts';
import { scoreLosses } from './score-losses.ts';
import type { DivergenceOptions } from './variational-losses.ts';

/** Name of an adversarial loss. */
export type AdversarialLossName = DivergenceName | keyof typeof scoreLosses;

/** Name of an adversarial loss that can compare pairs. */
export type RelativisticLossName = keyof typeof relativisticLosses;

/** Options of {@link adversarialLoss}. */
export interface AdversarialLossOptions extends DivergenceOptions {
  /**
   * Whether pairs are compared instead of logits judged: for `gan`, `hinge` and `lsgan`, which then have no other options.
   * @defaultValue `false`
   */
  relativistic?: boolean;
}

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
 * With `relativistic` the critic minimises ℓ(Δ) and the generator ℓ(−Δ) of the lead Δ = V(real) − V(fake), so `generatorLoss` takes the
 * real logits too; a constant added to V changes nothing. Real and fake are pairs: for a denoising diffusion GAN those of one (x_t, t).
 *
 * | name    | ℓ(Δ)            |
 * | ------- | --------------- |
 * | `gan`   | softplus(−Δ)    |
 * | `hinge` | max(0, 1 − Δ)   |
 * | `lsgan` | ½(Δ − 1)²       |
 *
 * @param name a name of {@link divergenceNames}, `'wgan'`, `'hinge'` or `'lsgan'`
 * @param options those of a divergence are ignored by `wgan`, `hinge` and `lsgan`, which have none
 * @throws RangeError if the name or an option is unknown or out of range, or the loss has no relativistic form
 *
 * Source: Goodfellow et al. 2014 (arXiv:1406.2661), section 3; Nowozin et al. 2016 (arXiv:1606.00709); Arjovsky et al. 2017
 * (arXiv:1701.07875); Lim and Ye 2017 (arXiv:1705.02894); Mao et al. 2017 (arXiv:1611.04076). Relativistic pairs: Jolicoeur-Martineau 2018
 * (arXiv:1807.00734); Huang et al. 2025 (arXiv:2501.05441).
 *
 * @example
 * ```ts
 * import { adversarialLoss } from '@diffgan/fgan-losses';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const { criticLoss, generatorLoss } = adversarialLoss('gan');
 * criticLoss(tf.tensor1d([0.5]), tf.tensor1d([-0.7])); // [0.8772…]
 * generatorLoss(tf.tensor1d([-0.7])); // [1.1031…]
 * const pairs = adversarialLoss('gan', { relativistic: true });
 * pairs.generatorLoss(tf.tensor1d([-0.7]), tf.tensor1d([0.5])); // [1.4632…]
 * ```
 */
export function adversarialLoss(
  name: AdversarialLossName,
  options?: DivergenceOptions & { relativistic?: false },
): AdversarialLoss;
export function adversarialLoss(name: AdversarialLossName, options?: AdversarialLossOptions): LossPair;
export function adversarialLoss(name: AdversarialLossName, options: AdversarialLossOptions = {}): LossPair {
  if (options.relativistic) return relativisticLoss(name, options);
  if (isScoreLoss(name)) return scoreLosses[name];
  if (divergenceNames.includes(name)) return divergence(name, options);
  const names = [...divergenceNames, ...Object.keys(scoreLosses)];
  throw new RangeError(`adversarialLoss: name is '${String(name)}'; use one of ${names.join(', ')}`);
}

function relativisticLoss(name: AdversarialLossName, { generator, expLimit }: AdversarialLossOptions): LossPair {
  const names = Object.keys(relativisticLosses).join(', ');
  if (!isRelativistic(name))
    throw new RangeError(
      `adversarialLoss: name is '${String(name)}', which has no relativistic form; use one of ${names}`,
    );
  const useless = Object.entries({ generator, expLimit }).find(([, value]) => value !== undefined);
  if (useless)
    throw new RangeError(
      `adversarialLoss: ${useless[0]} is ${useless[1]}, but relativistic losses have no such option; leave it out`,
    );
  return relativisticLosses[name];
}

const isScoreLoss = (name: AdversarialLossName): name is keyof typeof scoreLosses => Object.hasOwn(scoreLosses, name);
const isRelativistic = (name: AdversarialLossName): name is RelativisticLossName =>
  Object.hasOwn(relativisticLosses, name);
