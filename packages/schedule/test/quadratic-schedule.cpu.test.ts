import { expect, test } from 'vitest';
import { quadraticSchedule } from '@diffgan/schedule';
import { expectAtSteps } from './expect-at-steps.ts';

test('quadraticSchedule() has the reference values', () => {
  expectAtSteps(quadraticSchedule(), 'sched.quadratic1000');
});

test('the ends are exact, one step gets the last variance, and √β rises in equal strides', () => {
  const { beta, name } = quadraticSchedule(5, { betaStart: 0.04, betaEnd: 0.36 });
  expect([beta[0], beta[4], name]).toEqual([0.04, 0.36, 'quadratic']);
  expect(beta).toBeAllClose([0.04, 0.09, 0.16, 0.25, 0.36], { rtol: 1e-14, atol: 0 });
  expect(Array.from(quadraticSchedule(1, { betaEnd: 0.3 }).beta)).toEqual([0.3]);
});
