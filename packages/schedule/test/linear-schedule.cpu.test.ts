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

test('one step gets the last variance; the ends are exact', () => {
  expect(Array.from(linearSchedule(1, { betaEnd: 0.3 }).beta)).toEqual([0.3]);
  const { beta, name, steps } = linearSchedule(7, { betaStart: 1e-17, betaEnd: 0.9 });
  expect([beta[0], beta[6], name, steps]).toEqual([1e-17, 0.9, 'linear', 7]);
});

test.each([
  [-3, {}, /steps is -3/],
  [NaN, {}, /steps is NaN/],
  [Infinity, {}, /steps is Infinity/],
  [10, { betaStart: NaN }, /betaStart is NaN/],
  [10, { scale: -1 }, /scale is -1/],
  [10, { scale: NaN }, /scale is NaN/],
])('linearSchedule(%d, %j) is refused', (steps, options, message) => {
  expect(() => linearSchedule(steps, options)).toThrow(RangeError);
  expect(() => linearSchedule(steps, options)).toThrow(message);
});
