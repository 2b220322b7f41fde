import { expect, test } from 'vitest';
import { karrasSigmas } from '@diffgan/schedule';

test('18 levels have the values of k-diffusion', () => {
  const sigmas = karrasSigmas(18);
  // get_sigmas_karras(18, 0.002, 80, rho=7) of k-diffusion, in float32
  expect(sigmas.slice(0, 5)).toBeAllClose([80, 57.586, 40.7856, 28.3746, 19.3525], { rtol: 1e-5 });
  expect(sigmas.slice(-3)).toBeAllClose([0.0075, 0.002, 0], { rtol: 5e-3, atol: 0 });
});

test('the ends are exact, ρ = 1 spaces equally, and one level alone is the largest', () => {
  expect(Array.from(karrasSigmas(3, { sigmaMin: 1, sigmaMax: 3, rho: 1 }))).toEqual([3, 2, 1, 0]);
  const sigmas = karrasSigmas(40, { sigmaMin: 0.1, sigmaMax: 7 });
  expect([sigmas[0], sigmas[39], sigmas[40]]).toEqual([7, 0.1, 0]);
  expect(sigmas.every((s, i) => i === 0 || s < sigmas[i - 1])).toBe(true);
  expect(Array.from(karrasSigmas(1))).toEqual([80, 0]);
});

test.each([
  [0, {}, /n is 0/],
  [1.5, {}, /n is 1.5/],
  [4, { sigmaMin: 0 }, /sigmaMin is 0 and sigmaMax is 80/],
  [4, { sigmaMax: 0.001 }, /sigmaMax is 0.001/],
  [4, { sigmaMax: Infinity }, /sigmaMax is Infinity/],
  [4, { rho: 0 }, /rho is 0/],
  [4, { rho: NaN }, /rho is NaN/],
])('karrasSigmas(%d, %j) is refused', (n, options, message) => {
  expect(() => karrasSigmas(n, options)).toThrow(RangeError);
  expect(() => karrasSigmas(n, options)).toThrow(message);
});
