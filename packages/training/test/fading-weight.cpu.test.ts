import { expect, test } from 'vitest';
import { weightAt } from '../src/fading-weight.ts';

test('a weight fades on half a cosine, over a share of the run or a number of steps', () => {
  const at = (steps: number[], until: number) => steps.map((step) => weightAt({ from: 2, to: 1, until }, step, 200));
  expect(at([1, 26, 51, 101, 200], 0.5)).toBeAllClose([2, 1.5 + Math.SQRT1_2 / 2, 1.5, 1, 1]);
  expect(at([1, 26, 51, 101, 200], 100)).toBeAllClose(at([1, 26, 51, 101, 200], 0.5));
  expect(weightAt({ from: 2, until: 1 }, 201, 200)).toBe(0);
});

test('a number stays', () => {
  expect([1, 50, 1000].map((step) => weightAt(0.3, step, Infinity))).toEqual([0.3, 0.3, 0.3]);
});
