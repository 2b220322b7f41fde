import * as tf from '@tensorflow/tfjs-core';
import { softplus, tanh } from '@diffgan/ops';
import { boundedExp, boundedRootExp } from './bounded-exp.ts';
import type { ConvexFunction } from './convex-function.ts';
import type { VariationalForm } from './variational-losses.ts';

/** A row of the table: numbers on the left, the same on tensors of logits on the right. */
interface Definition extends ConvexFunction {
  tensor: VariationalForm;
}

const LOG2 = Math.LN2;
const softplusOf = (v: number) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
const xLogX = (x: number) => (x === 0 ? 0 : x * Math.log(x));
/** 1 − e^−v, the link of divergences whose dual variable is below 1. */
const belowOne = (v: number) => -Math.expm1(-v);
const belowOneTensor = (v: tf.Tensor1D, limit: number) => tf.sub<tf.Tensor1D>(1, boundedExp(tf.neg(v), limit));

/** W(e^a) of Lambert's function, from W + log W = a in y = log W: convex, so Newton's method comes down to the root from above. */
function lambertWOfExp(a: number): number {
  let y = a > 1 ? Math.log(a) : a;
  for (let i = 0; i < 50; i++) {
    const next = y - (Math.exp(y) + y - a) / (Math.exp(y) + 1);
    if (!(next < y)) break;
    y = next;
  }
  return Math.exp(y);
}

const gan: Definition = {
  f: (u) => xLogX(u) - (u + 1) * Math.log(u + 1),
  fPrime: (u) => -Math.log1p(1 / u),
  conjugate: (t) => -Math.log(-Math.expm1(t)),
  conjugateDomain: [-Infinity, 0],
  link: (v) => -softplusOf(-v),
  optimalLogit: Math.log,
  tensor: { link: (v) => tf.neg(softplus(tf.neg(v))), conjugateOfLink: (v) => softplus(v) },
};

const js2: Definition = {
  f: (u) => gan.f(u) + (u + 1) * LOG2,
  fPrime: (u) => gan.fPrime(u) + LOG2,
  conjugate: (t) => -Math.log(2 - Math.exp(t)),
  conjugateDomain: [-Infinity, LOG2],
  link: (v) => LOG2 - softplusOf(-v),
  optimalLogit: Math.log,
  tensor: {
    link: (v) => tf.sub(LOG2, softplus(tf.neg(v))),
    conjugateOfLink: (v) => tf.sub(softplus(v), LOG2),
  },
};

const hellinger2: Definition = {
  f: (u) => (Math.sqrt(u) - 1) ** 2,
  fPrime: (u) => 1 - 1 / Math.sqrt(u),
  conjugate: (t) => t / (1 - t),
  conjugateDomain: [-Infinity, 1],
  link: belowOne,
  optimalLogit: (u) => Math.log(u) / 2,
  tensor: { link: belowOneTensor, conjugateOfLink: (v, limit) => tf.sub(boundedExp(v, limit), 1) },
};

const kl: Definition = {
  f: xLogX,
  fPrime: (u) => 1 + Math.log(u),
  conjugate: (t) => Math.exp(t - 1),
  conjugateDomain: [-Infinity, Infinity],
  link: (v) => v,
  optimalLogit: (u) => 1 + Math.log(u),
  tensor: { link: (v) => v, conjugateOfLink: (v, limit) => tf.mul(Math.exp(-1), boundedExp(v, limit)) },
};

const rkl: Definition = {
  f: (u) => -Math.log(u),
  fPrime: (u) => -1 / u,
  conjugate: (t) => -1 - Math.log(-t),
  conjugateDomain: [-Infinity, 0],
  link: (v) => -Math.exp(-v),
  optimalLogit: Math.log,
  tensor: { link: (v, limit) => tf.neg(boundedExp(tf.neg(v), limit)), conjugateOfLink: (v) => tf.sub(v, 1) },
};

const pearson: Definition = {
  f: (u) => (u - 1) ** 2,
  fPrime: (u) => 2 * (u - 1),
  conjugate: (t) => (Math.max(t, -2) / 2 + 1) ** 2 - 1,
  conjugateDomain: [-Infinity, Infinity],
  link: (v) => v,
  optimalLogit: (u) => 2 * (u - 1),
  tensor: { link: (v) => v, conjugateOfLink: (v) => tf.sub(tf.square(tf.relu(tf.add(tf.div(v, 2), 1))), 1) },
};

const neyman: Definition = {
  f: (u) => (u - 1) ** 2 / u,
  fPrime: (u) => 1 - 1 / u ** 2,
  conjugate: (t) => 2 - 2 * Math.sqrt(1 - t),
  conjugateDomain: [-Infinity, 1],
  link: belowOne,
  optimalLogit: (u) => 2 * Math.log(u),
  tensor: {
    link: belowOneTensor,
    // f* of the bounded link; a bound on e^(−V/2) by itself would let the critic loss fall for ever where q < p.
    conjugateOfLink: (v, limit) => tf.sub(2, tf.mul(2, boundedRootExp(tf.neg(v), limit))),
  },
};

const tv: Definition = {
  f: (u) => Math.abs(u - 1) / 2,
  fPrime: (u) => Math.sign(u - 1) / 2,
  conjugate: (t) => Math.max(t, -0.5),
  conjugateDomain: [-Infinity, 0.5],
  link: (v) => Math.tanh(v) / 2,
  optimalLogit: (u) => (u === 1 ? 0 : (u - 1) * Infinity),
  tensor: { link: (v) => tf.div(tanh(v), 2), conjugateOfLink: (v) => tf.div(tanh(v), 2) },
};

const jeffreys: Definition = {
  f: (u) => (u - 1) * Math.log(u),
  fPrime: (u) => Math.log(u) + 1 - 1 / u,
  conjugate(t) {
    const w = lambertWOfExp(1 - t);
    return w + 1 / w + t - 2;
  },
  conjugateDomain: [-Infinity, Infinity],
  link: (v) => v + belowOne(v),
  optimalLogit: Math.log,
  tensor: {
    link: (v, limit) => tf.add(v, belowOneTensor(v, limit)),
    conjugateOfLink: (v, limit) => tf.add(tf.sub(boundedExp(v, limit), 1), v),
  },
};

/** The f-divergences D_f(Q‖P) = E_p f(q/p), by name. */
export const fDivergences = { gan, js2, hellinger2, kl, rkl, pearson, neyman, tv, jeffreys } satisfies Record<
  string,
  Definition
>;
