import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scheduleFromBetas } from '@diffgan/schedule';

// Down to 1e-6 and up to 0.999, over at most 50 steps, nothing underflows: ᾱ_T ≥ 1e-150.
const betas = fc.array(fc.double({ min: 1e-6, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 50 });
const schedules = betas.map((b) => scheduleFromBetas(b));

describe('every schedule', () => {
  test('keeps the variances it was given and their complements', () => {
    fc.assert(
      fc.property(betas, (b) => {
        const { beta, alpha, steps, positions } = scheduleFromBetas(b);
        expect(Array.from(beta)).toEqual(b);
        expect(alpha).toBeAllClose(
          b.map((x) => 1 - x),
          { rtol: 0, atol: 0 },
        );
        expect(steps).toBe(b.length);
        expect(Array.from(positions)).toEqual(b.map((_, i) => i));
      }),
    );
  });

  test('replaces the logarithm of β̃_1 = 0', () => {
    fc.assert(
      fc.property(schedules, ({ beta, betaTilde, logBetaTildeClipped, logVarLarge, steps }) => {
        const first = steps > 1 ? Math.log(betaTilde[1]) : Math.log(1e-20);
        expect([logBetaTildeClipped[0], logVarLarge[0]]).toEqual([first, first]);
        expect(logBetaTildeClipped.slice(1)).toEqual(betaTilde.slice(1).map(Math.log));
        expect(logVarLarge.slice(1)).toEqual(beta.slice(1).map(Math.log));
      }),
    );
  });
});

test('1 − ᾱ keeps its digits where 1 − alphaBar has none', () => {
  const { oneMinusAlphaBar, alphaBar } = scheduleFromBetas([1e-18, 1e-18]);
  expect(1 - alphaBar[1]).toBe(0);
  expect(oneMinusAlphaBar).toBeAllClose([1e-18, 2e-18], { rtol: 1e-15, atol: 0 });
});

test('a schedule is frozen, named and does not alias its input', () => {
  const betas = new Float64Array([0.1, 0.5]);
  const schedule = scheduleFromBetas(betas, { name: 'mine' });
  betas[0] = 0.9;
  expect(schedule.beta[0]).toBe(0.1);
  expect(schedule.name).toBe('mine');
  expect(scheduleFromBetas([0.1]).name).toBe('betas');
  expect(Object.isFrozen(schedule)).toBe(true);
});

test.each([
  [[], /scheduleFromBetas: betas is empty/],
  [[0.1, 0], /beta of step 2 is 0/],
  [[1], /beta of step 1 is 1/],
  [[-0.1], /beta of step 1 is -0.1/],
  [[0.1, 0.2, NaN], /beta of step 3 is NaN/],
  [[Infinity], /beta of step 1 is Infinity/],
])('betas %j are refused', (betas, message) => {
  expect(() => scheduleFromBetas(betas)).toThrow(RangeError);
  expect(() => scheduleFromBetas(betas)).toThrow(message);
});
