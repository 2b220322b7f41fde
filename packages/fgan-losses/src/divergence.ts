import type { ConvexFunction } from './convex-function.ts';
import { fDivergences } from './f-divergences.ts';
import type { AdversarialLoss } from './loss-pair.ts';
import { type DivergenceOptions, variationalLosses } from './variational-losses.ts';

/** An f-divergence D_f(Q‖P) = E_p f(q/p) of the data Q and the model P, with the losses of its variational bound. */
export interface Divergence extends ConvexFunction, AdversarialLoss {}

/** Name of an f-divergence. */
export type DivergenceName = keyof typeof fDivergences;

/**
 * Names of all f-divergences that {@link divergence} knows.
 *
 * @example
 * ```ts
 * import { divergence, divergenceNames } from '@diffgan/fgan-losses';
 *
 * const atTwo = divergenceNames.map((name) => divergence(name).f(2));
 * ```
 */
export const divergenceNames = /* @__PURE__ */ Object.freeze(Object.keys(fDivergences)) as readonly DivergenceName[];

/**
 * The f-divergence with the given name: its generator function, conjugate and link as functions of numbers, and the losses of
 * critic and generator on logits.
 *
 * The critic minimises −E_q g(V) + E_p f*(g(V)), whose minimum over all V is −D_f(Q‖P).
 *
 * | name         | D_f(Q‖P), Q the data and P the model      |
 * | ------------ | ----------------------------------------- |
 * | `gan`        | 2·JS − log 4 (the original GAN)           |
 * | `js2`        | 2·JS                                      |
 * | `hellinger2` | ∫(√q − √p)², twice the squared Hellinger  |
 * | `kl`         | KL(Q‖P)                                   |
 * | `rkl`        | KL(P‖Q)                                   |
 * | `pearson`    | ∫(q − p)²/p                               |
 * | `neyman`     | ∫(q − p)²/q                               |
 * | `tv`         | ½∫abs(q − p)                              |
 * | `jeffreys`   | KL(Q‖P) + KL(P‖Q)                         |
 *
 * @param name one of {@link divergenceNames}
 * @returns a frozen object; its losses are minimised, take logits `[B]` and return `[B]`
 * @throws RangeError if the name or an option is unknown or out of range
 *
 * Source: Nowozin, Cseke, Tomioka 2016 (arXiv:1606.00709), section 2; links chosen so that a larger logit is always more real.
 *
 * @example
 * ```ts
 * import { divergence } from '@diffgan/fgan-losses';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const { f, fPrime, conjugate, criticLoss } = divergence('kl');
 * 2 * fPrime(2) - conjugate(fPrime(2)); // f(2) = 1.3862…
 * criticLoss(tf.tensor1d([0.5]), tf.tensor1d([-0.7])); // [−0.3173…]
 * ```
 */
export function divergence(name: DivergenceName, options: DivergenceOptions = {}): Divergence {
  if (!Object.hasOwn(fDivergences, name))
    throw new RangeError(`divergence: name is '${name}'; use one of ${divergenceNames.join(', ')}`);
  const { tensor, conjugate, ...definition } = fDivergences[name];
  const generator = name === 'gan' ? 'nonSaturating' : 'saturating';
  return Object.freeze({
    name,
    relativistic: false as const,
    ...definition,
    conjugate: (t: number) => (t > definition.conjugateDomain[1] ? Infinity : conjugate(t)),
    ...variationalLosses('divergence', tensor, { ...options, generator: options.generator ?? generator }),
  });
}
