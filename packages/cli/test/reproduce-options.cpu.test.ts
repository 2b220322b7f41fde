import { expect, it } from 'vitest';
import { type ReproduceFlags, reproduceOptions } from '../src/reproduce/options.ts';

const flags: ReproduceFlags = {
  ...{ list: false, check: false, pages: false, missing: false },
  ...{ scale: 1, seeds: 1, small: false },
};

it('reproduce keeps the results of a trial apart', () => {
  expect(reproduceOptions(['X1'], flags)).toMatchObject({ out: '.', runs: 'runs/reproduce' });
  expect(reproduceOptions(['X1'], { ...flags, scale: 0.1 }).out).toBe('runs/reproduce/scale-0.1');
});

it('reproduce takes names of measurements with commas between', () => {
  expect(reproduceOptions(['X1'], { ...flags, only: 'ddpm-10, ddim-50' }).only).toEqual(['ddpm-10', 'ddim-50']);
  expect(reproduceOptions(['X1'], flags).only).toBeUndefined();
});

it.each([
  [{ scale: 0 }, /--scale is 0; it must lie above 0/],
  [{ scale: 2 }, /--scale is 2/],
  [{ seeds: 1.5 }, /--seeds is 1.5; it must be a whole number/],
  [{ hours: 0 }, /--hours is 0; it must be above 0/],
])('reproduce refuses %o', (wrong, message) => {
  expect(() => reproduceOptions(['X1'], { ...flags, ...wrong })).toThrow(message);
});
