import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cosineSchedule, linearSchedule, respace, type RespaceSpec, vpSchedule } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';

const ddpm = linearSchedule();
const steps = (spec: RespaceSpec, total = 1000) =>
  Array.from(respace(linearSchedule(total), spec).positions, (p) => p + 1);

test('ten equally spaced steps of 1000 have the reference values', () => {
  const { expected, float64 } = vector<{ tau: number[]; beta: number[] }>('sample.respace10');
  for (const spec of [10, 'uniform:10', expected.tau] as const) {
    const { positions, beta } = respace(ddpm, spec);
    expect(Array.from(positions, (p) => p + 1)).toEqual(expected.tau);
    expect(beta).toBeAllClose(expected.beta, float64);
  }
});

test('ᾱ is that of the kept steps, and all steps give the schedule itself', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1 }), (some) => {
      const kept = Int32Array.from(some).sort();
      expect(respace(ddpm, kept).alphaBar).toBeAllClose(
        Array.from(kept, (t) => ddpm.alphaBar[t - 1]),
        { rtol: 1e-12, atol: 0 },
      );
    }),
  );
  expect(respace(ddpm, 1000)).toEqual(ddpm);
  expect(respace(ddpm, 10).name).toBe('linear');
});

test('respacing twice keeps the positions of the original', () => {
  expect(Array.from(respace(respace(ddpm, 'ddim50'), [1, 3]).positions)).toEqual([0, 40]);
});

test('one step alone is the last', () => {
  expect(steps(1)).toEqual([1000]);
  expect(steps('quadratic:1')).toEqual([1000]);
});

test('halves are rounded up', () => {
  expect(steps(3, 4)).toEqual([1, 3, 4]); // 1, 2.5, 4
});

test('quadratic spacing is dense at small t, without doubles', () => {
  expect(steps('quadratic:5')).toEqual([1, 63, 251, 563, 1000]); // 1 + 999 (j/4)²
  expect(steps('quadratic:6', 8)).toEqual([1, 2, 4, 5, 8]); // 1, 1.28, 2.12, 3.52, 5.48, 8
});

test('ddimN takes the smallest stride that gives N steps', () => {
  expect(steps('ddim50')).toEqual(Array.from({ length: 50 }, (_, j) => 1 + 20 * j));
  expect(steps('ddim3', 8)).toEqual([1, 4, 7]);
  expect(steps('ddim1', 8)).toEqual([1]);
});

// [t + 1 for t in sorted(space_timesteps(…))] of openai/improved-diffusion
test.each<[string, number, number[]]>([
  ['4', 1000, [1, 334, 667, 1000]],
  ['2,3', 10, [1, 5, 6, 8, 10]],
  ['1,3', 11, [1, 7, 9, 11]],
  ['3', 4, [1, 3, 4]], // 0, 1.5, 3: to even
  ['3', 6, [1, 3, 6]], // 0, 2.5, 5: to even
  ['2,2,2', 8, [1, 3, 4, 6, 7, 8]],
])("sections '%s' of %d steps", (spec, total, expected) => {
  expect(steps(spec, total)).toEqual(expected);
});

// The same, where adding the stride up lands beside the half that its multiples hit.
test.each<[string, number, Record<number, number>]>([
  ['10,15,20', 300, { 17: 149, 44: 299 }],
  ['21', 1000, { 10: 499, 20: 999 }],
  ['15', 100, { 7: 49, 14: 99 }],
])("sections '%s' of %d steps add their stride up", (spec, total, expected) => {
  const { positions } = respace(linearSchedule(total), spec);
  for (const [index, position] of Object.entries(expected)) expect(positions[Number(index)]).toBe(position);
});

describe('respace refuses', () => {
  test.each<[RespaceSpec, RegExp]>([
    [0, /0 steps are asked of 8; give a whole number from 1 to 8/],
    [9, /9 steps are asked of 8/],
    [2.5, /2.5 steps/],
    [NaN, /NaN steps/],
    ['uniform:9', /9 steps/],
    ['quadratic:0', /0 steps/],
    ['ddim0', /0 steps/],
    ['ddim5', /no whole stride through 8 steps gives exactly 5; use 'uniform:5'/],
    ['5,3', /section 1 has 4 steps, not 5/],
    ['4,0', /section 2 has 4 steps, not 0/],
    [[], /0 steps/],
    [[0, 1], /step 1 of the list is 0/],
    [[1, 9], /step 2 of the list is 9/],
    [[2, 2], /step 2 of the list is 2; give rising whole numbers from 1 to 8/],
    [[1.5], /step 1 of the list is 1.5/],
    [[NaN], /step 1 of the list is NaN/],
  ])('%j with a RangeError', (spec, message) => {
    expect(() => respace(vpSchedule(8), spec)).toThrow(RangeError);
    expect(() => respace(vpSchedule(8), spec)).toThrow(message);
  });

  test.each(['', 'uniform', 'cubic:3', 'ddim', '3,', '-1', '2.5'])("the rule '%s' with a TypeError", (spec) => {
    expect(() => respace(cosineSchedule(8), spec)).toThrow(TypeError);
    expect(() => respace(cosineSchedule(8), spec)).toThrow(`respace: spec is '${spec}'; give a count`);
  });
});
