import { expect, test } from 'vitest';
import { constantSchedule } from '@diffgan/schedule';

test('β is the same at every step, so ᾱ is a power', () => {
  const { beta, alphaBar, name } = constantSchedule();
  expect(new Set(beta)).toEqual(new Set([0.02]));
  expect(alphaBar[999]).toBeCloseTo(0.98 ** 1000, 20);
  expect(name).toBe('constant');
});

test('scale multiplies β', () => {
  expect(Array.from(constantSchedule(2, { beta: 0.25, scale: 2 }).beta)).toEqual([0.5, 0.5]);
});

test.each([
  [0, {}, /constantSchedule: steps is 0/],
  [4, { beta: 0 }, /constantSchedule: beta is 0;/],
  [4, { beta: 1 }, /constantSchedule: beta is 1;/],
  [4, { beta: NaN }, /constantSchedule: beta is NaN;/],
  [4, { scale: 51 }, /constantSchedule: scale is 51/],
])('constantSchedule(%d, %j) is refused', (steps, options, message) => {
  expect(() => constantSchedule(steps, options)).toThrow(RangeError);
  expect(() => constantSchedule(steps, options)).toThrow(message);
});
