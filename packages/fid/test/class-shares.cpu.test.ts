import { describe, expect, it } from 'vitest';
import { classShares, StatisticsError } from '@diffgan/fid';

// Of six images two are of class 0, three of class 1, one of class 2; equal scores go to the first class.
const logits = { data: Float32Array.of(3, 1, 2, -1, 0, -2, 5, 5, 5, 0, 9, 1, 0, 0, 0.5, 1, 2, -7), dim: 3 };

describe('classShares', () => {
  it('counts the classes of the largest scores', () => {
    expect(classShares(logits)).toEqual({ shares: [2 / 6, 3 / 6, 1 / 6] });
  });

  it('tells how many are of the class asked for', () => {
    expect(classShares(logits, { labels: [0, 1, 0, 1, 2, 1] }).accuracy).toBe(1);
    expect(classShares(logits, { labels: Int32Array.of(0, 1, 2, 0, 1, 2) }).accuracy).toBe(2 / 6);
  });

  it('refuses what is not one number for each', () => {
    expect(() => classShares(logits, { labels: [0, 1] })).toThrow(/2 labels for 6 images/);
    expect(() => classShares({ data: new Float32Array(0), dim: 3 })).toThrow(StatisticsError);
    expect(() => classShares({ data: Float32Array.of(1, NaN, 2), dim: 3 })).toThrow(RangeError);
  });
});
