import { expect, test } from 'vitest';
import { linearSchedule, type NoiseSchedule } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';

type Field = 'beta' | 'alphaBar' | 'betaTilde' | 'snr' | 'logBetaTildeClipped' | 'logVarLarge';

test.each(['sched.linear1000', 'fwd.posterior'])('linearSchedule() has the reference values %s', (id) => {
  const schedule: NoiseSchedule = linearSchedule();
  const { expected, float64 } = vector<Record<Field, Record<string, number>>>(id);
  for (const [field, values] of Object.entries(expected)) {
    const steps = Object.keys(values).map(Number);
    expect(steps.map((t) => schedule[field as Field][t - 1])).toBeAllClose(Object.values(values), float64);
  }
});

test('unscaled, a short chain does not reach noise', () => {
  const { expected, float64 } = vector<{ alphaBarT: Record<string, number> }>('sched.smallT.alphaBarT');
  for (const [steps, alphaBarT] of Object.entries(expected.alphaBarT))
    expect([linearSchedule(Number(steps)).alphaBar.at(-1)!]).toBeAllClose([alphaBarT], float64);
});

test('scale multiplies β, and caps it at 0.999', () => {
  const plain = linearSchedule(20);
  const scaled = linearSchedule(20, { scale: 50 });
  expect(scaled.beta.slice(0, -1)).toBeAllClose(
    plain.beta.slice(0, -1).map((b) => b * 50),
    { rtol: 1e-15, atol: 0 },
  );
  expect(scaled.beta[19]).toBe(0.999);
});

test('one step gets the last variance; the ends are exact', () => {
  expect(Array.from(linearSchedule(1, { betaEnd: 0.3 }).beta)).toEqual([0.3]);
  const { beta, name, steps } = linearSchedule(7, { betaStart: 1e-17, betaEnd: 0.9 });
  expect([beta[0], beta[6], name, steps]).toEqual([1e-17, 0.9, 'linear', 7]);
});

test.each([
  [0, {}, /steps is 0/],
  [-3, {}, /steps is -3/],
  [2.5, {}, /steps is 2.5/],
  [NaN, {}, /steps is NaN/],
  [Infinity, {}, /steps is Infinity/],
  [10, { betaStart: 0.03 }, /betaStart is 0.03 and betaEnd is 0.02/],
  [10, { betaStart: 0 }, /betaStart is 0 /],
  [10, { betaStart: NaN }, /betaStart is NaN/],
  [10, { betaEnd: 1 }, /betaEnd is 1;/],
  [10, { scale: 0 }, /scale is 0/],
  [10, { scale: -1 }, /scale is -1/],
  [10, { scale: NaN }, /scale is NaN/],
  [10, { scale: 100 }, /at most 1. For so few steps use vpSchedule/],
])('linearSchedule(%d, %j) is refused', (steps, options, message) => {
  expect(() => linearSchedule(steps, options)).toThrow(RangeError);
  expect(() => linearSchedule(steps, options)).toThrow(message);
});
