import { expect, test } from 'vitest';
import { cosineSchedule } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';
import { expectAtSteps } from './expect-at-steps.ts';

test('cosineSchedule() has the reference values', () => {
  expectAtSteps(cosineSchedule(), 'sched.cosine1000');
  const { expected, float64 } = vector<Record<'beta' | 'alphaBar', number[]>>('sched.cosine4');
  for (const field of ['beta', 'alphaBar'] as const)
    expect(cosineSchedule(4)[field]).toBeAllClose(expected[field], float64);
});

test('only the last of 1000 variances is capped', () => {
  const { beta, name } = cosineSchedule();
  expect(beta.filter((b) => b === 0.999).length).toBe(1);
  expect(cosineSchedule(1000, { maxBeta: 0.5 }).beta.at(-1)).toBe(0.5);
  expect(name).toBe('cosine');
});

test('β keeps its digits without an offset', () => {
  // β_1 = sin²(π/(2T)), which 1 − cos² would know to 1e-16/β_1 = 4e-7 only.
  expect([cosineSchedule(100_000, { s: 0 }).beta[0]]).toBeAllClose([Math.sin(Math.PI / 200_000) ** 2], { rtol: 1e-14 });
});

test.each([
  [0, {}, /steps is 0/],
  [4, { s: -0.1 }, /s is -0.1/],
  [4, { s: NaN }, /s is NaN/],
  [4, { s: Infinity }, /s is Infinity/],
  [4, { maxBeta: 0 }, /maxBeta is 0/],
  [4, { maxBeta: 1 }, /maxBeta is 1/],
])('cosineSchedule(%d, %j) is refused', (steps, options, message) => {
  expect(() => cosineSchedule(steps, options)).toThrow(RangeError);
  expect(() => cosineSchedule(steps, options)).toThrow(message);
});
