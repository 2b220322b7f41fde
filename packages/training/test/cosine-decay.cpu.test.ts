import { expect, test } from 'vitest';
import { cosineDecay } from '@diffgan/training';

test('falls on half a cosine from start to end and stays there', () => {
  const at = (step: number) => cosineDecay(step, { start: 3, end: 1, steps: 12 });
  expect(at(0)).toBe(3);
  expect(at(4)).toBeCloseTo(2.5, 14);
  expect(at(6)).toBeCloseTo(2, 14);
  expect(at(12)).toBe(1);
  expect(at(100)).toBe(1);
  expect(cosineDecay(12, { start: 3, steps: 12 })).toBe(0);
});

test('refuses impossible lengths and steps', () => {
  expect(() => cosineDecay(0, { start: 1, steps: 0 })).toThrow(/cosineDecay: steps is 0/);
  expect(() => cosineDecay(-1, { start: 1, steps: 5 })).toThrow(RangeError);
  expect(() => cosineDecay(NaN, { start: 1, steps: 5 })).toThrow(RangeError);
});
