import { expect, test } from 'vitest';
import { sigmoidSchedule } from '@diffgan/schedule';
import { expectAtSteps } from './expect-at-steps.ts';

test('sigmoidSchedule() has the reference values', () => {
  expectAtSteps(sigmoidSchedule(), 'sched.sigmoid1000');
});

test('it is half way up in the middle, and one step gets the last variance', () => {
  const options = { betaStart: 0.1, betaEnd: 0.5 };
  const { beta, name } = sigmoidSchedule(5, options);
  expect(beta[2]).toBeCloseTo(0.3, 15);
  expect(name).toBe('sigmoid');
  expect(sigmoidSchedule(1, options).beta[0]).toBe(beta[4]);
});
