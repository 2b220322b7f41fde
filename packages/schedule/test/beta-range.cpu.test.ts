import { describe, expect, test } from 'vitest';
import { linearSchedule, quadraticSchedule, sigmoidSchedule } from '@diffgan/schedule';

describe.each(Object.entries({ linearSchedule, quadraticSchedule, sigmoidSchedule }))('%s', (name, make) => {
  test('scale multiplies β, and caps it at 0.999', () => {
    const plain = make(20, { betaEnd: 0.5 });
    const scaled = make(20, { betaEnd: 0.5, scale: 2 });
    expect(scaled.beta).toBeAllClose(
      plain.beta.map((b) => Math.min(2 * b, 0.999)),
      { rtol: 1e-15, atol: 0 },
    );
  });

  test.each([
    [0, {}, /steps is 0/],
    [2.5, {}, /steps is 2.5/],
    [10, { betaStart: 0.03 }, /betaStart is 0.03 and betaEnd is 0.02/],
    [10, { betaStart: 0 }, /betaStart is 0 /],
    [10, { betaEnd: 1 }, /betaEnd is 1;/],
    [10, { betaEnd: NaN }, /betaEnd is NaN;/],
    [10, { scale: 0 }, /scale is 0/],
    [10, { scale: 100 }, /at most 1. For so few steps use vpSchedule/],
  ])('(%d, %j) is refused', (steps, options, message) => {
    expect(() => make(steps, options)).toThrow(RangeError);
    expect(() => make(steps, options)).toThrow(message);
    expect(() => make(steps, options)).toThrow(name);
  });
});
