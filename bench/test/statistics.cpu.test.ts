import { describe, expect, it } from 'vitest';
import { largestDifference, median, pairedRatio } from '../statistics.ts';

describe('median', () => {
  it('is the middle value, whatever the order', () => expect(median([9, 1, 5])).toBe(5));
  it('is the mean of the two in the middle of an even number', () => expect(median([4, 1, 2, 9])).toBe(3));
  it('does not sort its argument', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
  it('sorts by value, not by text', () => expect(median([10, 9, 100])).toBe(10));
  it('refuses an empty list', () => expect(() => median([])).toThrow(RangeError));
});

describe('pairedRatio', () => {
  it('is blind to what slows both sides of a round', () => expect(pairedRatio([1, 50, 2], [2, 100, 4])).toBe(0.5));
  it('is the median of the ratios, not the ratio of the medians', () =>
    expect(pairedRatio([1, 2, 30], [10, 2, 3])).toBe(1));
  it('leaves out what has no counterpart', () => expect(pairedRatio([1, 1, 1000], [2, 2])).toBe(0.5));
  it('refuses to compare with nothing', () => expect(() => pairedRatio([1], [])).toThrow(RangeError));
});

describe('largestDifference', () => {
  it('is relative to the largest value, so that small ones may be off by rounding', () =>
    expect(largestDifference([100, 0.001], [100, 0.002])).toBeCloseTo(1e-5, 12));
  it('is 0 for equal arrays, zeros among them', () => expect(largestDifference([0, 0], [0, 0])).toBe(0));
  it('is not a number when a value is not', () => expect(largestDifference([1, NaN], [1, 2])).toBeNaN());
  it('refuses arrays of different lengths', () => expect(() => largestDifference([1], [1, 2])).toThrow('1 and 2'));
});
