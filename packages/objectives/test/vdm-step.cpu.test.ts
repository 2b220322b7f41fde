import fc from 'fast-check';
import { expect, test } from 'vitest';
import { vdmStep } from '@diffgan/objectives';
import { vector } from '../../../test/vectors.ts';

// Inputs of the vectors: from γ = 1.5 to −3, x = 0.37, ε = −0.4, ε̂ = −0.1, ξ = 0.5.
const step = () => vdmStep(1.5, -3);

test('it has the reference values', () => {
  const { expected, float64 } = vector<Record<'zt' | 'alphaTS' | 'c' | 'varQ' | 'muQ' | 'muP', number>>('vdm.step');
  const { c, scale, epsWeight, sigma } = step();
  const mean = (eps: number) => scale * (expected.zt - epsWeight * eps);
  expect([c, 1 / scale, sigma ** 2, mean(-0.4), mean(-0.1)]).toBeAllClose(
    [expected.c, expected.alphaTS, expected.varQ, expected.muQ, expected.muP],
    float64,
  );
  const { expected: sample, float64: closeness } = vector<{ zs: number }>('sample.vdm');
  expect([mean(-0.1) + sigma * 0.5]).toBeAllClose([sample.zs], closeness);
});

test('with the true noise a step lands on the forward marginal: mean α_s x, variance σ_s²', () => {
  const gamma = fc.double({ min: -13, max: 6, noNaN: true });
  fc.assert(
    fc.property(gamma, fc.double({ min: 0.01, max: 10, noNaN: true }), (gammaS, by) => {
      const [gammaT, { c, scale, epsWeight, sigma }] = [gammaS + by, vdmStep(gammaS + by, gammaS)];
      const logistic = (g: number) => 1 / (1 + Math.exp(-g));
      const [alphaS, alphaT] = [Math.sqrt(logistic(-gammaS)), Math.sqrt(logistic(-gammaT))];
      // z_t = α_t x + σ_t ε, so z_s = scale α_t x + scale (σ_t − epsWeight) ε + sigma ξ
      const noise = scale * (Math.sqrt(logistic(gammaT)) - epsWeight);
      expect([scale * alphaT, noise ** 2 + sigma ** 2]).toBeAllClose([alphaS, logistic(gammaS)], {
        rtol: 1e-9,
        atol: 0,
      });
      expect(c > 0 && c < 1).toBe(true);
    }),
  );
});

test.each([
  [1, 1],
  [-3, 1.5],
  [NaN, 0],
  [Infinity, 0],
])('a step from %d to %d is refused', (gammaT, gammaS) => {
  expect(() => vdmStep(gammaT, gammaS)).toThrow(RangeError);
  expect(() => vdmStep(gammaT, gammaS)).toThrow(`vdmStep: a step from γ = ${gammaT} to ${gammaS}`);
});
