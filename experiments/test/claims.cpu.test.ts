import { describe, expect, it } from 'vitest';
import { claims, rankCorrelation } from '../claims.ts';
import { experiments } from '../experiments.ts';
import { madeUpResults } from './made-up-results.ts';

const claimed = (part: string) => claims.find(({ claim }) => claim.includes(part))!;
const results = (id: string, fids: Record<string, number>, deviation = 1) =>
  madeUpResults(
    experiments.find((one) => one.id === id)!,
    Object.entries(fids).map(([name, fid]) => ['scores', name, { fid, fidDeviation: deviation, fidBias: 0 }] as const),
  );
const judge = (part: string, ...all: ReturnType<typeof results>[]) =>
  claimed(part).judge((id) => all.find(({ file }) => file.experiment === id));

describe('10 steps against 1000', () => {
  it.each([
    [40, 'holds'],
    [51, 'holds'], // within the spread
    [60, 'does not hold'],
  ])('FID %d against 50: %s', (fid, verdict) => {
    const judgement = judge('match a DDPM', results('X1', { 'ddpm-1000': 50 }), results('X3', { 'gan-10': fid }));
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.because).toContain(`${fid}.0 ± 1.0`);
  });

  it('are compared without what comes of the number of samples', () => {
    const scoresOf = (id: string, name: string, fid: number, fidBias: number) =>
      madeUpResults(
        experiments.find((one) => one.id === id)!,
        [['scores', name, { fid, fidDeviation: 1, fidBias }]],
      );
    const [few, many] = [scoresOf('X3', 'gan-10', 51, 0.5), scoresOf('X1', 'ddpm-1000', 50, 5)];
    expect(judge('match a DDPM', few, many).verdict).toBe('does not hold');
  });

  it('one good loss is enough', () => {
    const grid = results('X3', { 'gan-10': 90, 'hellinger2-10': 45 });
    expect(judge('match a DDPM', results('X1', { 'ddpm-1000': 50 }), grid).verdict).toBe('holds');
  });
});

it.each([
  [40, 'holds'],
  [49, 'not shown'], // within the spread
  [60, 'does not hold'],
])('FID %d with 10 calls against the better of 50 and 70: %s', (fid, verdict) => {
  const denoised = results('X1', { 'ddim-10': 70, 'respaced-10': 50 });
  const judgement = judge('drawn with as few', denoised, results('X2', { 'gan-10': fid }));
  expect(judgement.verdict).toBe(verdict);
  expect(judgement.because).toContain('respaced ancestral steps 50.0 ± 1.0');
});

it.each([
  [1, 'holds'],
  [3, 'does not hold'],
])('10 steps in %d s against 1000 in 100 s: %s', (seconds, verdict) => {
  const timings = madeUpResults(
    experiments.find((one) => one.id === 'X4')!,
    (['gan-10', 'ddpm-1000'] as const).map(
      (name) => ['timing', name, { seconds: name === 'gan-10' ? seconds : 100 }] as const,
    ),
  );
  const judgement = judge('two orders of magnitude', timings);
  expect(judgement.verdict).toBe(verdict);
  expect(judgement.because).toContain(`${seconds}.00 s at T = 10, ${(100 / seconds).toFixed(0)} times as fast`);
});

describe('the best losses', () => {
  const grid = (fids: Record<string, number>) =>
    results('X3', Object.fromEntries(Object.entries(fids).map(([loss, fid]) => [`${loss}-4`, fid])));

  it.each([
    [{ gan: 30, hellinger2: 31, rkl: 40, tv: 50, wgan: 60 }, 'holds'],
    [{ gan: 30, hellinger2: 31, rkl: 32, tv: 50, wgan: 60 }, 'not shown'],
    [{ gan: 30, hellinger2: 45, rkl: 32, tv: 50, wgan: 60 }, 'does not hold'],
  ])('%o: %s', (fids, verdict) => {
    expect(judge('give the best samples', grid(fids)).verdict).toBe(verdict);
  });
});

it.each([
  [100, 40, 'holds'],
  [40, 100, 'does not hold'],
  [40, 41, 'not shown'],
])('FID from %d at T = 10 to %d at T = 1000: %s', (few, many, verdict) => {
  expect(judge('FID of a DDPM falls', results('X1', { 'ddpm-10': few, 'ddpm-1000': many })).verdict).toBe(verdict);
});

it('ranks', () => {
  expect(rankCorrelation([[1, 10], [2, 20], [3, 1000]])).toBeCloseTo(1); // prettier-ignore
  expect(rankCorrelation([[1, 3], [2, 2], [3, 1]])).toBeCloseTo(-1); // prettier-ignore
  expect(rankCorrelation([[1, 1], [1, 2], [2, 3], [3, 3]])).toBeCloseTo(4 / 4.5); // prettier-ignore
});
