import { describe, expect, it } from 'vitest';
import { claimsOfModels } from '../claims-of-models.ts';
import { experiments } from '../experiments.ts';
import type { Kind, Values } from '../measurement.ts';
import { madeUpResults } from './made-up-results.ts';

type Measured = readonly [kind: Kind, name: string, values: Partial<Values[Kind]>];

/** The verdict on a claim when its experiment has come to these values. */
function judge(part: string, id: string, measured: readonly Measured[]) {
  const claim = claimsOfModels.find((one) => one.claim.includes(part))!;
  const results = madeUpResults(
    experiments.find((one) => one.id === id)!,
    measured,
  );
  return claim.judge((asked) => (asked === id ? results : undefined));
}

it.each(claimsOfModels.map((claim) => [claim.claim, claim] as const))('not shown before it is run: %s', (_, claim) => {
  const { verdict, because } = claim.judge(() => undefined);
  expect(verdict).toBe('not shown');
  expect(because).toMatch(/[XB]\d+ has not/);
});

it.each([
  [1, 0, 'holds'],
  [0.1, 0, 'does not hold'],
  [1, 0.2, 'does not hold'],
])('two modes for %d of x_t at T = 4 and %d at T = 1000: %s', (few, many, verdict) => {
  const step = (steps: number, multimodal: number) => ({
    steps,
    t: 1,
    divergence: 1 / steps,
    multimodal,
    xt: 0,
    density: [],
  });
  expect(judge('reverse step', 'X5', [['bumps', 'two', { reverse: [step(4, few), step(1000, many)] }]]).verdict).toBe(
    verdict,
  );
});

it.each([
  [20, 40, 'holds'],
  [29, 40, 'does not hold'],
  [31, 40, 'does not hold'],
])('autoguidance from 30 to %d and %d: %s', (some, more, verdict) => {
  const scores = (name: string, fid: number): Measured => ['scores', name, { fid, fidDeviation: 1 }];
  const measured = [scores('alone', 30), scores('earlier-1.5', some), scores('smaller-3', more)];
  expect(judge('autoguidance', 'B3', measured).verdict).toBe(verdict);
});

describe('L_simple against L', () => {
  const part = (mean: number) => ({ total: { mean, standardError: 0.01 }, parts: {} });
  it.each([
    [20, 40, 3.8, 3.6, 'holds'],
    [40, 20, 3.8, 3.6, 'does not hold'],
    [20, 40, 3.61, 3.6, 'not shown'],
  ])('FID %d and %d, bits %d and %d: %s', (fid, other, bits, otherBits, verdict) => {
    const judgement = judge('L_simple', 'X6', [
      ['scores', 'eps-simple', { fid, fidDeviation: 1 }],
      ['scores', 'eps-vlb', { fid: other, fidDeviation: 1 }],
      ['bits', 'eps-simple-test', part(bits)],
      ['bits', 'eps-vlb-test', part(otherBits)],
    ]);
    expect(judgement.verdict).toBe(verdict);
  });
});

it.each([
  [[0.9, 0.95, 0.99], 'holds'],
  [[0.9, 0.99, 0.95], 'does not hold'],
])('shares of the own class %j: %s', (shares, verdict) => {
  const measured = ['itself', 'classifier'].flatMap((by) =>
    [0, 1, 3].map((w, i): Measured => ['guided', `${by}-${w}`, { own: shares[i] }]),
  );
  expect(judge('Guidance moves', 'X17', measured).verdict).toBe(verdict);
});

it.each([
  [[30, 20, 25, 28, 35, 40, 50], 'holds'],
  [[30, 29, 31, 32, 35, 40, 50], 'not shown'],
  [[20, 30, 30, 30, 35, 40, 50], 'does not hold'],
])('FID %j while the Inception Score rises: %s', (fids, verdict) => {
  const measured = [0, 0.1, 0.3, 0.5, 1, 2, 4].map((w, i): Measured => [
    'scores',
    `w-${w}`,
    { fid: fids[i], fidDeviation: 1, is: 5 + i, isDeviation: 0.1 },
  ]);
  expect(judge('A little guidance', 'X18', measured).verdict).toBe(verdict);
});

it.each([
  [25, 16, 'holds'],
  [25, 25, 'does not hold'],
  [24, 16, 'does not hold'],
])('%d modes against %d: %s', (modes, plain, verdict) => {
  const values = (found: number) => ({ modes: found, of: 25, highQuality: 0.9, kl: 0.1, calls: 4 });
  const measured: Measured[] = [
    ['modes', 'ddgan-gan', values(modes)],
    ['modes', 'plain-gan', values(plain)],
  ];
  expect(judge('25 Gaussians', 'X24', measured).verdict).toBe(verdict);
});

it.each([
  [{ rkl: 0.6, jeffreys: 0.3, hellinger2: 0.1, js2: 0.06, kl: 0.04 }, 'holds'],
  [{ rkl: 0.6, jeffreys: 0.3, hellinger2: 0.1, js2: 0.02, kl: 0.04 }, 'does not hold'],
  [{ rkl: 0.6, jeffreys: 0.7, hellinger2: 0.1, js2: 0.06, kl: 0.04 }, 'does not hold'],
  [{ rkl: 0.6, kl: 0.04 }, 'not shown'],
])('shares of the modes apart by %o: %s', (apart, verdict) => {
  const measured = Object.entries(apart).map(([name, kl]): Measured => ['modes', `student-${name}`, { kl }]);
  expect(judge('seeks modes', 'B1', measured).verdict).toBe(verdict);
});

it.each([
  [1000, 'holds'],
  [998, 'does not hold'],
])('%d stacked modes: %s', (modes, verdict) => {
  const measured: Measured[] = [
    ['stacked', 'ddgan', { modes }],
    ['stacked', 'plain', { modes: 800 }],
  ];
  expect(judge('stacked images', 'X23', measured).verdict).toBe(verdict);
});

it.each([
  [40, 'holds'],
  [20, 'does not hold'],
  [31, 'not shown'],
])('FID 30 of the model and %d without a latent: %s', (fid, verdict) => {
  const others = ['gan-1', 'one-shot-aug', 'direct-denoising', 'noise-generation'];
  const measured = [...others.map((name) => [name, 50] as const), ['gan-4', 30] as const, ['no-latent', fid] as const];
  const scores = measured.map(([name, value]): Measured => ['scores', name, { fid: value, fidDeviation: 1 }]);
  expect(judge('each is worse', 'X22', scores).verdict).toBe(verdict);
});
