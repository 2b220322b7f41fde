import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divergence, type DivergenceName, divergenceNames } from '@diffgan/fgan-losses';
import { vector } from '../../../test/vectors.ts';
import { leCam } from './le-cam.ts';

const Q = [0.2, 0.3, 0.4, 0.1];
const P = [0.25, 0.25, 0.15, 0.35];

/** D_f(Q‖P) = Σ p f(q/p). */
const between = (f: (u: number) => number, q: number[], p: number[]) =>
  p.reduce((sum, pi, i) => sum + pi * f(q[i] / pi), 0);
const D = (name: DivergenceName, q: number[], p: number[]) => between(divergence(name).f, q, p);

const all = [...divergenceNames.map((name) => divergence(name)), leCam()].map((d) => [d.name, d] as const);
const ratios = [1e-3, 0.1, 0.5, 0.9, 1.1, 2.2, 30];

test('the divergences have the reference values', () => {
  const { expected, float64 } = vector<{ D: Record<DivergenceName, number>; JS: number; H2: number }>(
    'fgan.divergences',
  );
  for (const name of divergenceNames) expect([D(name, Q, P)]).toBeAllClose([expected.D[name]], float64);
  expect([D('js2', Q, P) / 2, D('hellinger2', Q, P) / 2]).toBeAllClose([expected.JS, expected.H2], float64);
});

test.each(divergenceNames)('%s: link and conjugate have the reference values', (name) => {
  const { expected, float64 } = vector<Record<string, { g: number[]; fstar_g: number[] }>>('fgan.activations');
  const { conjugate, link } = divergence(name);
  const g = [-3, -1.3, 0, 0.8].map(link);
  expect(g).toBeAllClose(expected[name].g, float64);
  expect(g.map(conjugate)).toBeAllClose(expected[name].fstar_g, float64);
});

describe.each(all)('%s', (name, { f, fPrime, conjugate, conjugateDomain, link, optimalLogit }) => {
  test('f is convex, 0 at 1 (gan: −log 4), and f′ its slope', () => {
    expect(f(1)).toBeCloseTo(name === 'gan' ? -Math.log(4) : 0, 12);
    for (const u of ratios) {
      const h = 1e-4 * u;
      const [below, above] = [f(u - h), f(u + h)];
      // The fourth difference of these f is below 1e3 u^−4 f; h² = 1e-8 u² of it remain.
      expect([fPrime(u)]).toBeAllClose([(above - below) / (2 * h)], { rtol: 1e-6, atol: 1e-6 });
      expect(below + above - 2 * f(u)).toBeGreaterThan(-1e-12);
    }
  });

  test('Fenchel and Young: f(u) + f*(T) ≥ uT, equal at T = f′(u)', () => {
    for (const u of ratios) {
      expect([f(u) + conjugate(fPrime(u))]).toBeAllClose([u * fPrime(u)], { rtol: 1e-9, atol: 1e-9 });
      for (const v of [-3, -1, 0, 0.5, 2]) expect(f(u) + conjugate(link(v)) - u * link(v)).toBeGreaterThan(-1e-9);
    }
  });

  test('f* is the supremum over u ≥ 0', () => {
    const logs = Array.from({ length: 60_001 }, (_, i) => -25 + i / 1500); // to 15, spacing 1/1500
    for (const v of [-2.5, -1, 0, 0.7, 2]) {
      const t = link(v);
      const supremum = logs.reduce((best, u) => Math.max(best, Math.exp(u) * t - f(Math.exp(u))), -f(0));
      // The grid misses the maximum by (1/3000)² of a curvature around 100 at most.
      expect([conjugate(t)]).toBeAllClose([supremum], { rtol: 2e-5, atol: 2e-6 });
    }
  });

  test('outside its domain f* is infinite, and the link stays inside', () => {
    const [low, high] = conjugateDomain;
    if (high < Infinity) expect(conjugate(high + 1e-6)).toBe(Infinity);
    const links = [-30, -3, -1, 0, 1, 3, 30].map(link);
    expect(links.every((t) => t >= low && t <= high)).toBe(true);
    expect(links.every((t, i) => i === 0 || t >= links[i - 1])).toBe(true);
  });

  test('the optimal logit is where the link gives f′', () => {
    expect(ratios.map((u) => link(optimalLogit(u)))).toBeAllClose(ratios.map(fPrime), { rtol: 1e-9, atol: 1e-12 });
  });
});

test('the total variation is attained only at infinite logits', () => {
  expect([0.5, 1, 2].map(divergence('tv').optimalLogit)).toEqual([-Infinity, 0, Infinity]);
});

describe('on any two distributions', () => {
  const weights = fc.array(fc.double({ min: 1e-3, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });
  const distribution = weights.map((w) => w.map((x) => x / w.reduce((a, b) => a + b)));
  const holds = (property: (q: number[], p: number[]) => void) =>
    fc.assert(fc.property(distribution, distribution, property));
  const slack = 1e-12;

  test('no divergence is negative, but gan', () =>
    holds((q, p) => {
      for (const name of divergenceNames)
        expect(D(name, q, p)).toBeGreaterThanOrEqual((name === 'gan' ? -Math.log(4) : 0) - slack);
    }));

  test('H² ≤ TV ≤ √(H²(2 − H²)), TV ≤ √(KL/2), JS ≤ TV log 2, 2 JS = gan + log 4', () =>
    holds((q, p) => {
      const [h2, tv, js] = [D('hellinger2', q, p) / 2, D('tv', q, p), D('js2', q, p) / 2];
      expect(h2).toBeLessThanOrEqual(tv + slack);
      expect(tv).toBeLessThanOrEqual(Math.sqrt(h2 * (2 - h2)) + slack);
      expect(tv).toBeLessThanOrEqual(Math.sqrt(D('kl', q, p) / 2) + slack);
      expect(js).toBeLessThanOrEqual(tv * Math.LN2 + slack);
      expect(2 * js).toBeCloseTo(D('gan', q, p) + Math.log(4), 12);
    }));

  test('JS, Hellinger, TV and Jeffreys are symmetric, KL and Pearson turn into their reverses', () =>
    holds((q, p) => {
      for (const name of ['js2', 'hellinger2', 'tv', 'jeffreys'] as const)
        expect(D(name, q, p)).toBeCloseTo(D(name, p, q), 10);
      expect(D('kl', q, p)).toBeCloseTo(D('rkl', p, q), 10);
      expect(D('jeffreys', q, p)).toBeCloseTo(D('kl', q, p) + D('rkl', q, p), 10);
      expect([D('pearson', q, p)]).toBeAllClose([D('neyman', p, q)], { rtol: 1e-10 });
    }));
});

test('where one side has no mass, f has its limits', () => {
  const atZero = Object.fromEntries(divergenceNames.map((name) => [name, divergence(name).f(0)]));
  const infinite = { rkl: Infinity, neyman: Infinity, jeffreys: Infinity };
  expect(atZero).toEqual({ gan: 0, js2: Math.LN2, hellinger2: 1, kl: 0, pearson: 1, tv: 0.5, ...infinite });
});

test.each(['chi2', 'toString', ''])("the name '%s' is refused with the list of names", (name) => {
  expect(() => divergence(name as DivergenceName)).toThrow(RangeError);
  expect(() => divergence(name as DivergenceName)).toThrow(
    `divergence: name is '${name}'; use one of ${divergenceNames.join(', ')}`,
  );
});
