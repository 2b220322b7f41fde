import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type Divergence, divergence, divergenceNames, type DivergenceOptions } from '@diffgan/fgan-losses';
import { valuesOf } from '../../../test/values-of.ts';
import { leCam } from './le-cam.ts';

const Q = [0.2, 0.3, 0.4, 0.1];
const P = [0.25, 0.25, 0.15, 0.35];
const family: [string, (options?: DivergenceOptions) => Divergence][] = [
  ...divergenceNames.map((name) => [name, (options?: DivergenceOptions) => divergence(name, options)] as const),
  ['leCam', leCam] as const,
].map(([name, make]) => [name, make]);

const divergenceOf = (f: (u: number) => number, p: number[]) => p.reduce((sum, pi, i) => sum + pi * f(Q[i] / pi), 0);

/** h of the divergence that the non-saturating generator descends, h(u) = u ∫₁ᵘ f′(s)/s² ds up to a multiple of u − 1. */
const nonSaturating: Record<string, (u: number) => number> = {
  gan: (u) => (1 + u) * Math.log((1 + u) / (2 * u)),
  js2: (u) => (1 + u) * Math.log((1 + u) / (2 * u)),
  hellinger2: (u) => (2 / 3) * u ** -0.5 + u / 3 - 1,
  kl: (u) => -Math.log(u),
  rkl: (u) => (1 / u - u) / 2,
  pearson: (u) => 2 * u * Math.log(u),
  neyman: (u) => 1 / (3 * u * u) + (2 * u) / 3 - 1,
  tv: (u) => Math.abs(u - 1) / 2,
  jeffreys: (u) => -Math.log(u) + (1 / u - u) / 2,
  leCam: (u) => u * (antiderivative(u) - antiderivative(1)),
};
/** Of f′/s² for leCam: ∫ 1/s² − 4/(s(s + 1))² ds, where 1/(s(s + 1))² = 1/s² + 1/(s + 1)² − 2/s + 2/(s + 1). */
const antiderivative = (s: number) => -1 / s + 4 / s + 4 / (s + 1) + 8 * Math.log(s / (s + 1));

/** Derivative of D by the logits θ of P = softmax(θ), by central differences in float64. */
function slopesByLogits(D: (p: number[]) => number): number[] {
  const h = 1e-5;
  const softmax = (theta: number[]) => {
    const e = theta.map(Math.exp);
    return e.map((v) => v / e.reduce((a, b) => a + b));
  };
  const theta = P.map(Math.log);
  return theta.map((value, i) => {
    const at = (v: number) => D(softmax(theta.with(i, v)));
    return (at(value + h) - at(value - h)) / (2 * h);
  });
}

describe.each(family)('%s', (name, make) => {
  test('the critic loss, minimised over free logits, is −D_f', async () => {
    const { f, criticLoss } = make();
    const count = 4001;
    const grid = () => tf.tensor1d(Array.from({ length: count }, (_, k) => -8 + k / 250));
    const zeros = () => tf.zeros<tf.Rank.R1>([count]);
    // The loss is A(real) + B(fake): with one side at 0 the other is A + B(0), or A(0) + B.
    const byReal = await valuesOf(() => criticLoss(grid(), zeros()));
    const byFake = await valuesOf(() => criticLoss(zeros(), grid()));
    const both = byReal[(count - 1) / 2];
    const minimum =
      Q.reduce((sum, q, i) => sum + Math.min(...byReal.map((a, k) => q * a + P[i] * byFake[k])), 0) - both;
    // The grid of 0.004 misses a minimum of curvature around 1 by 2e-6; tanh(8) is 2e-7 short of 1.
    expect([minimum]).toBeAllClose([-divergenceOf(f, P)], { rtol: 0, atol: 1e-4 });
  });

  /** Gradient by θ of E_p ℓ(V) at the best critic, which is held fixed: p_j (ℓ_j − E_p ℓ). */
  const generatorSlopes = async (generator: 'saturating' | 'nonSaturating') => {
    const { generatorLoss, optimalLogit } = make({ generator });
    const logits = Q.map((q, i) => Math.max(-20, Math.min(20, optimalLogit(q / P[i])))); // infinite for tv
    const losses = await valuesOf(() => generatorLoss(tf.tensor1d(logits)));
    const mean = P.reduce((sum, p, i) => sum + p * losses[i], 0);
    return P.map((p, i) => p * (losses[i] - mean));
  };

  test('at the best critic the saturating generator descends D_f', async () => {
    const expected = slopesByLogits((p) => divergenceOf(make().f, p));
    expect(await generatorSlopes('saturating')).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-6 });
  });

  test('and the non-saturating one the divergence of the table', async () => {
    const expected = slopesByLogits((p) => divergenceOf(nonSaturating[name], p));
    expect(await generatorSlopes('nonSaturating')).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-6 });
  });
});

test('a user-defined divergence has finite losses and slopes at logits of ±1e4', async () => {
  const { criticLoss } = leCam();
  const slopes = await valuesOf(() => {
    const extremes = tf.tensor1d([1e4, -1e4]);
    const loss = (real: tf.Tensor, fake: tf.Tensor) => criticLoss(real as tf.Tensor1D, fake as tf.Tensor1D);
    const { value, grads } = tf.valueAndGrads(loss)([extremes, extremes]);
    return tf.concat([value, ...grads]);
  });
  expect(slopes.every(Number.isFinite)).toBe(true);
});
