import { expect, test } from 'vitest';
import { linearSchedule, posteriorBetween, respace, vpSchedule } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';

test('from 600 to 500 it has the reference values', () => {
  const { expected, float64 } =
    vector<Record<'posteriorX0' | 'posteriorXt' | 'variance', number>>('fwd.posteriorStride');
  const posterior = posteriorBetween(linearSchedule(), 600, 500);
  for (const field of ['posteriorX0', 'posteriorXt', 'variance'] as const)
    expect([posterior[field]]).toBeAllClose([expected[field]], float64);
});

test('it is the posterior of the respaced schedule', () => {
  const { posteriorX0, posteriorXt, betaTilde } = respace(linearSchedule(), [200, 700]);
  const between = posteriorBetween(linearSchedule(), 700, 200);
  expect(Object.values(between)).toBeAllClose([posteriorX0[1], posteriorXt[1], betaTilde[1]], { rtol: 1e-12, atol: 0 });
});

test('at s = 0 it is x_0 itself', () => {
  expect(posteriorBetween(vpSchedule(4), 3, 0)).toEqual({ posteriorX0: 1, posteriorXt: 0, variance: 0 });
});

test.each([
  [5, 1, /t is 5; steps are whole numbers from 1 to 4/],
  [0, 0, /t is 0/],
  [2.5, 1, /t is 2.5/],
  [3, 3, /s is 3; it must be a whole number from 0 to t − 1 = 2/],
  [3, -1, /s is -1/],
  [3, 0.5, /s is 0.5/],
])('posteriorBetween(schedule, %d, %d) is refused', (t, s, message) => {
  expect(() => posteriorBetween(vpSchedule(4), t, s)).toThrow(RangeError);
  expect(() => posteriorBetween(vpSchedule(4), t, s)).toThrow(message);
});
