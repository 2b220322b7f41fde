import fc from 'fast-check';
import { expect, test } from 'vitest';
import { antitheticTimes } from '@diffgan/objectives';
import { key, uniformArray } from '@diffgan/ops';

const units = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const batches = fc.integer({ min: 1, max: 64 });

test('each of the B equal parts of [0, 1) gets one time', () => {
  fc.assert(
    fc.property(batches, units, (batch, u) => {
      const times = antitheticTimes(batch, { u }).sort();
      expect(times.every((t) => t >= 0 && t < 1)).toBe(true);
      const gaps = times.map((t, i) => t - (i === 0 ? times[batch - 1] - 1 : times[i - 1]));
      expect(gaps).toBeAllClose(1 / batch, { rtol: 0, atol: 1e-15 });
    }),
  );
});

test('with steps, the times are t/T for t = 1…T, rounded up', () => {
  fc.assert(
    fc.property(batches, units, fc.integer({ min: 1, max: 1000 }), (batch, u, steps) => {
      const times = antitheticTimes(batch, { u, steps });
      const continuous = antitheticTimes(batch, { u });
      times.forEach((time, i) => {
        const t = Math.round(time * steps);
        expect(time).toBe(t / steps);
        expect(t).toBeGreaterThanOrEqual(1);
        expect(t).toBeLessThanOrEqual(steps);
        expect(t - continuous[i] * steps).toBeGreaterThanOrEqual(0);
        expect(t - continuous[i] * steps).toBeLessThanOrEqual(1);
      });
    }),
  );
});

test('a whole batch of as many steps has each once', () => {
  expect(Array.from(antitheticTimes(8, { u: 0.999, steps: 8 }).sort(), (t) => t * 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('u comes from the key, by default key(0)', () => {
  expect(antitheticTimes(1, { key: key(7) })[0]).toBe(uniformArray(key(7), 1)[0]);
  expect(antitheticTimes(3)).toEqual(antitheticTimes(3, { key: key(0) }));
});

test('what cannot be is refused', () => {
  for (const batch of [0, 1.5, NaN]) {
    expect(() => antitheticTimes(batch)).toThrow(RangeError);
    expect(() => antitheticTimes(batch)).toThrow(`antitheticTimes: batch is ${batch}`);
  }
  expect(() => antitheticTimes(1, { steps: 0 })).toThrow('antitheticTimes: steps is 0');
  for (const u of [1, -0.1, NaN]) expect(() => antitheticTimes(1, { u })).toThrow(`antitheticTimes: u is ${u}`);
});
