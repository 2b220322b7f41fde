import { expect, it } from 'vitest';
import { compare, formatSpread, spreadOf } from '../spread.ts';

it('spreads over seeds have the standard deviation of a sample; one seed has that of its measurement', () => {
  expect(spreadOf([1, 2, 3, 6])).toEqual({ mean: 3, deviation: Math.sqrt(14 / 3), seeds: 4 });
  expect(spreadOf([5], [0.5])).toEqual({ mean: 5, deviation: 0.5, seeds: 1 });
  expect(spreadOf([5])).toEqual({ mean: 5, deviation: 0, seeds: 1 });
  expect(spreadOf([])).toBeUndefined();
});

it('are written with their deviation, where it is known', () => {
  expect(formatSpread({ mean: 12.34, deviation: 0.56, seeds: 2 })).toBe('12.3 ± 0.6');
  expect(formatSpread({ mean: 12.34, deviation: 0, seeds: 1 }, 2)).toBe('12.34');
  expect(formatSpread(undefined)).toBe('–');
});

it('differ clearly when they are more than two deviations of the difference apart', () => {
  const of = (mean: number, deviation: number) => ({ mean, deviation, seeds: 3 });
  expect(compare(of(10, 3), of(21, 4))).toEqual({ difference: 11, deviation: 5, clear: true });
  expect(compare(of(10, 3), of(19, 4)).clear).toBe(false);
});
