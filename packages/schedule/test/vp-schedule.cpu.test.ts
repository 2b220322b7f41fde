import fc from 'fast-check';
import { expect, test } from 'vitest';
import { vpSchedule } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';

type Field = 'beta' | 'alphaBar' | 'betaTilde' | 'posteriorX0' | 'posteriorXt';

test.each([
  ['sched.vp4', 4, {}],
  ['sched.vp4.eps0', 4, { epsilon: 0 }],
  ['sched.vp1', 1, { epsilon: 0 }],
])('the reference values %s', (id, steps, options) => {
  const schedule = vpSchedule(steps, options);
  const { expected, float64 } = vector<Record<Field, number[]>>(id);
  for (const [field, values] of Object.entries(expected))
    expect(schedule[field as Field]).toBeAllClose(values, float64);
});

test('the reference values sched.vp1000', () => {
  const schedule = vpSchedule(1000, { epsilon: 0 });
  const { expected, float64 } = vector<Record<'beta' | 'alphaBar', Record<string, number>>>('sched.vp1000');
  for (const field of ['beta', 'alphaBar'] as const) {
    const steps = Object.keys(expected[field]).map(Number);
    expect(steps.map((t) => schedule[field][t - 1])).toBeAllClose(Object.values(expected[field]), float64);
  }
});

test('ᾱ_T is that of the continuous process, whatever the number of steps', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.double({ min: 0, max: 0.5, noNaN: true }), (steps, epsilon) => {
      const logAlphaBar = (r: number) => -0.5 * 19.9 * r * r - 0.1 * r;
      const { alphaBar, name } = vpSchedule(steps, { epsilon });
      // β within 2e-16 leaves log(1 − β) within 2e-16/(1 − β) ≤ 1e-11, since 1 − β ≥ 4e-5.
      expect([alphaBar[steps - 1]]).toBeAllClose([Math.exp(logAlphaBar(1) - logAlphaBar(epsilon))], { rtol: 1e-11 });
      expect(name).toBe('vp');
    }),
  );
});

test.each([
  [0, {}, /steps is 0/],
  [1.5, {}, /steps is 1.5/],
  [4, { betaMin: -1 }, /betaMin is -1/],
  [4, { betaMax: 0.05 }, /betaMin is 0.1 and betaMax is 0.05/],
  [4, { betaMax: NaN }, /betaMax is NaN/],
  [4, { epsilon: 1 }, /epsilon is 1/],
  [4, { epsilon: -0.1 }, /epsilon is -0.1/],
  [4, { epsilon: NaN }, /epsilon is NaN/],
  [4, { betaMin: 0, betaMax: 0 }, /beta of step 1 is 0/],
  [4, { betaMax: 1e4 }, /beta of step 1 is 1;/],
])('vpSchedule(%d, %j) is refused', (steps, options, message) => {
  expect(() => vpSchedule(steps, options)).toThrow(RangeError);
  expect(() => vpSchedule(steps, options)).toThrow(message);
});
