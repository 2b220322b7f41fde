import type { AdversarialLoss } from './adversarial-loss.ts';
import { fDivergences } from './f-divergences.ts';
import { variationalLosses, type DivergenceOptions } from './variational-losses.ts';

/** A convex f with f* and the way from critic logits to f*'s domain: functions of numbers. */
export interface ConvexFunction {
  /** f(u) for a density ratio u = q/p ≥ 0, data over model; may be infinite at 0. */
  readonly f: (u: number) => number;
  /** f'(u), the dual variable T* at which the bound is tight. */
  readonly fPrime: (u: number) => number;
  /** f*(T) = sup over u ≥ 0 of uT − f(u); infinite outside its domain. */
  readonly conjugate: (t: number) => number;
  /** Ends of the interval where f* is finite; an end belongs to it where f* is finite there. */
  readonly conjugateDomain: readonly [number, number];
  /** g, increasing from all logits V to the dual variables T = g(V) in the domain of f*; exact, whatever `expLimit`. */
  readonly link: (v: number) => number;
  /** V*(u), the logit of the best critic where the density ratio is u: g(V*(u)) = f'(u). Infinite for `tv`. */
  readonly optimalLogit: (u: number) => number;
}

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
 * @param name - one of {@link divergenceNames}
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
    ...definition,
    conjugate: (t: number) => (t > definition.conjugateDomain[1] ? Infinity : conjugate(t)),
    ...variationalLosses('divergence', tensor, { ...options, generator: options.generator ?? generator }),
  });
}
