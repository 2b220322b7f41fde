import { expect, test } from 'vitest';
import { linearSchedule, posteriorBetween, rescaleZeroTerminalSnr, respace, vpSchedule } from '@diffgan/schedule';
import { expectAtSteps } from './expect-at-steps.ts';

test('the linear schedule has the reference values', () => {
  expectAtSteps(rescaleZeroTerminalSnr(linearSchedule()), 'sched.zeroTerminalSnr');
});

test('the last step is pure noise, exactly, and the first is kept', () => {
  const original = linearSchedule();
  const s = rescaleZeroTerminalSnr(original);
  const last = [s.beta, s.alpha, s.alphaBar, s.oneMinusAlphaBar, s.snr, s.gamma, s.posteriorXt].map((a) => a[999]);
  expect(last).toEqual([1, 0, 0, 1, 0, Infinity, 0]);
  expect(s.posteriorX0[999]).toBe(Math.sqrt(s.alphaBar[998]));
  expect([s.beta[0], s.name]).toEqual([original.beta[0], 'linear']);
});

test('rescaling again changes nothing', () => {
  const once = rescaleZeroTerminalSnr(vpSchedule(8));
  expect(rescaleZeroTerminalSnr(once).beta).toBeAllClose(once.beta, { rtol: 1e-14, atol: 0 });
});

test('respacing and posteriors of the last step are finite', () => {
  const rescaled = rescaleZeroTerminalSnr(linearSchedule());
  expect(respace(rescaled, 4).beta[3]).toBe(1);
  const { posteriorX0, posteriorXt, variance } = posteriorBetween(rescaled, 1000, 500);
  expect([posteriorX0, posteriorXt, variance]).toBeAllClose(
    [Math.sqrt(rescaled.alphaBar[499]), 0, rescaled.oneMinusAlphaBar[499]],
    { rtol: 1e-14, atol: 0 },
  );
});

test('one step alone is refused', () => {
  expect(() => rescaleZeroTerminalSnr(vpSchedule(1))).toThrow(RangeError);
  expect(() => rescaleZeroTerminalSnr(vpSchedule(1))).toThrow('the schedule has one step');
});
