import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gammaToAlphaSigma, linearGamma } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

test('linearGamma and the levels it gives have the reference values', () => {
  const { expected, float64 } = vector<Record<'gamma' | 'sigma2' | 'alpha2' | 'snr', number[]>>('vdm.gammaLinear');
  const gammas = [0, 0.5, 1].map(linearGamma());
  expect(gammas).toBeAllClose(expected.gamma, float64);
  for (const field of ['sigma2', 'alpha2', 'snr'] as const)
    expect(gammas.map((gamma) => gammaToAlphaSigma(gamma)[field])).toBeAllClose(expected[field], float64);
});

test('γ is exact at both ends and rises with the slope γ_1 − γ_0', () => {
  fc.assert(
    fc.property(finite(-50, -0.1), finite(0.1, 50), finite(0.01, 0.99), (gamma0, gamma1, t) => {
      const gamma = linearGamma({ gamma0, gamma1 });
      expect([gamma(0), gamma(1)]).toEqual([gamma0, gamma1]);
      const slope = (gamma(t + 1e-3) - gamma(t - 1e-3)) / 2e-3;
      // Numbers up to 50, rounded to 1e-14, divided by 2e-3.
      expect([slope]).toBeAllClose([gamma1 - gamma0], { rtol: 0, atol: 2e-11 });
    }),
  );
});

test('α² + σ² = 1 when variance is preserved, α = 1 when it explodes, and α²/σ² = SNR = e^−γ', () => {
  fc.assert(
    fc.property(finite(-50, 50), (gamma) => {
      const vp = gammaToAlphaSigma(gamma);
      const ve = gammaToAlphaSigma(gamma, { kind: 've' });
      expect([vp.alpha2 + vp.sigma2, ve.alpha2]).toBeAllClose(1, { rtol: 0, atol: 3e-16 });
      for (const { alpha, sigma, alpha2, sigma2, snr } of [vp, ve]) {
        expect([alpha ** 2, sigma ** 2, alpha2 / sigma2, snr]).toBeAllClose(
          [alpha2, sigma2, Math.exp(-gamma), Math.exp(-gamma)],
          { rtol: 1e-14, atol: 0 },
        );
      }
    }),
  );
});

test('extreme γ neither overflow nor give NaN', () => {
  expect(gammaToAlphaSigma(1000)).toEqual({ alpha: 0, sigma: 1, alpha2: 0, sigma2: 1, snr: 0 });
  expect(gammaToAlphaSigma(-1000)).toEqual({ alpha: 1, sigma: 0, alpha2: 1, sigma2: 0, snr: Infinity });
});

test.each([
  [{ gamma0: 5 }, /gamma0 is 5 and gamma1 is 5/],
  [{ gamma1: -20 }, /gamma1 is -20/],
  [{ gamma1: NaN }, /gamma1 is NaN/],
  [{ gamma1: Infinity }, /gamma1 is Infinity/],
])('linearGamma(%j) is refused', (options, message) => {
  expect(() => linearGamma(options)).toThrow(RangeError);
  expect(() => linearGamma(options)).toThrow(message);
});

test('times outside [0, 1], no γ and unknown kinds are refused', () => {
  for (const t of [-0.1, 1.1, NaN]) expect(() => linearGamma()(t)).toThrow(`linearGamma: t is ${t}`);
  expect(() => gammaToAlphaSigma(NaN)).toThrow('gammaToAlphaSigma: gamma is NaN');
  expect(() => gammaToAlphaSigma(0, { kind: 'sub-vp' as 'vp' })).toThrow("kind is 'sub-vp'; use one of vp, ve");
});
