import * as tf from '@tensorflow/tfjs-core';
import { boundedRatio } from './bounded-exp.ts';
import type { Divergence } from './divergence.ts';
import { type DivergenceOptions, variationalLosses } from './variational-losses.ts';

/** What {@link logRatioDivergence} needs to know of a divergence. */
export interface SmoothConvexFunction {
  /** What the divergence is to be called. */
  name: string;
  /** A convex f with f(1) = 0, continuously differentiable on u > 0. */
  f: (u: number) => number;
  /** Its derivative. */
  fPrime: (u: number) => number;
  /** Both once more, element by element on tensors `[B]` of positive ratios, in operations that can be differentiated. */
  tensor: { f: (u: tf.Tensor1D) => tf.Tensor1D; fPrime: (u: tf.Tensor1D) => tf.Tensor1D };
}

/** The logits searched for f'(e^V) = T: e^±700 are the ends of float64. */
const WIDEST = 700;

/** f*(T) = uT − f(u) at the u with f'(u) = T, which bisection over log u finds. */
function conjugateOf({ f, fPrime }: SmoothConvexFunction, t: number): number {
  let [low, high] = [-WIDEST, WIDEST];
  if (t >= fPrime(Math.exp(high))) return Infinity;
  if (t <= fPrime(Math.exp(low))) return -f(Math.exp(low));
  while (high - low > 1e-13 * WIDEST) {
    const middle = (low + high) / 2;
    if (fPrime(Math.exp(middle)) < t) low = middle;
    else high = middle;
  }
  const u = Math.exp((low + high) / 2);
  return u * t - f(u);
}

/**
 * The f-divergence of any smooth convex f, its critic's logits being log density ratios: g(V) = f'(e^V), so that the best critic is
 * V* = log(q/p) whatever f.
 *
 * The losses are −f'(r) on real and r f'(r) − f(r) on fake logits, r = e^V. Beyond ±`expLimit` r grows only linearly and 1/r
 * likewise, so `tensor.f` and `tensor.fPrime` see ratios between about 1e-11 and 1e11 for logits up to 1e4.
 *
 * @param definition f and f' on numbers and on tensors
 * @returns a frozen object like those of {@link divergence}; `conjugate` is found by bisection, to about 1e-12
 * @throws RangeError if an option is unknown or out of range
 *
 * Source: Nowozin, Cseke, Tomioka 2016 (arXiv:1606.00709), eq. 4, with the link chosen here.
 *
 * @example
 * ```ts
 * import { logRatioDivergence } from '@diffgan/fgan-losses';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * // Vincze–Le Cam: f(u) = (u − 1)²/(u + 1), f'(u) = 1 − 4/(u + 1)²
 * const leCam = logRatioDivergence({
 *   name: 'leCam',
 *   f: (u) => (u - 1) ** 2 / (u + 1),
 *   fPrime: (u) => 1 - 4 / (u + 1) ** 2,
 *   tensor: {
 *     f: (u) => tf.div(tf.square(tf.sub(u, 1)), tf.add(u, 1)),
 *     fPrime: (u) => tf.sub(1, tf.square(tf.div(2, tf.add(u, 1)))),
 *   },
 * });
 * leCam.criticLoss(tf.tensor1d([0.5]), tf.tensor1d([-0.7])); // [−0.9894…]
 * ```
 */
export function logRatioDivergence(definition: SmoothConvexFunction, options: DivergenceOptions = {}): Divergence {
  const { name, f, fPrime, tensor } = definition;
  const form = {
    link: (v: tf.Tensor1D, limit: number) => tensor.fPrime(boundedRatio(v, limit)),
    conjugateOfLink(v: tf.Tensor1D, limit: number) {
      const u = boundedRatio(v, limit);
      return tf.sub<tf.Tensor1D>(tf.mul(u, tensor.fPrime(u)), tensor.f(u));
    },
  };
  return Object.freeze({
    name,
    relativistic: false as const,
    f,
    fPrime,
    conjugate: (t: number) => conjugateOf(definition, t),
    conjugateDomain: [-Infinity, fPrime(Math.exp(WIDEST))] as const,
    link: (v: number) => fPrime(Math.exp(v)),
    optimalLogit: Math.log,
    ...variationalLosses('logRatioDivergence', form, options),
  });
}
