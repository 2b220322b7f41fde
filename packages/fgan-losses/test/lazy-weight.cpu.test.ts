import { expect, test } from 'vitest';
import { lazyWeight } from '@diffgan/fgan-losses';

const steps = Array.from({ length: 30 }, (_, step) => step);

test('every k-th step counts, once or k times', () => {
  expect(steps.filter((step) => lazyWeight(step) === 1)).toEqual([0, 15]);
  expect([0, 1, 2, 3].map((step) => lazyWeight(step, { every: 2, scale: true }))).toEqual([2, 0, 2, 0]);
  expect(steps.every((step) => lazyWeight(step, { every: 1 }) === 1)).toBe(true);
});

test('with scale the weights add up to the number of steps', () => {
  expect(steps.reduce((sum, step) => sum + lazyWeight(step, { scale: true }), 0)).toBe(30);
});

test.each([-1, 1.5, NaN])('%d is no step and no interval', (n) => {
  expect(() => lazyWeight(n)).toThrow(`lazyWeight: step is ${n}`);
  expect(() => lazyWeight(0, { every: n })).toThrow(`lazyWeight: every is ${n}`);
});
