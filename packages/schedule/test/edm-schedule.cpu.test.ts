import { expect, test } from 'vitest';
import {
  edmSchedule,
  karrasSigmas,
  parseSchedule,
  rescalePositions,
  rescaleZeroTerminalSnr,
  respace,
} from '@diffgan/schedule';

test.each([
  [1, {}],
  [18, {}],
  [1000, {}],
  [40, { sigmaMin: 0.01, sigmaMax: 50, rho: 3 }],
])('%d steps are the levels of karrasSigmas, told as ¼ log σ', (steps, options) => {
  const schedule = edmSchedule(steps, options);
  const sigmas = karrasSigmas(steps, options).slice(0, steps).reverse();
  // Sums of up to 1000 logarithms, each rounded.
  const rounding = { rtol: 1e-12, atol: 0 };
  expect(schedule.gamma.map((gamma) => Math.exp(gamma / 2))).toBeAllClose(sigmas, rounding);
  expect(schedule.alphaBar).toBeAllClose(
    sigmas.map((sigma) => 1 / (1 + sigma ** 2)),
    rounding,
  );
  expect(Array.from(schedule.positions)).toEqual(Array.from(sigmas, (sigma) => Math.log(sigma) / 4));
  expect(schedule).toMatchObject({ name: 'edm', steps });
});

test('thinned out it tells the network the same of a level', () => {
  const schedule = edmSchedule(1000);
  expect(Array.from(respace(schedule, [1, 500, 1000]).positions)).toEqual(
    [0, 499, 999].map((i) => schedule.positions[i]),
  );
});

test('a text describes it', () => {
  expect(parseSchedule('edm:18')).toEqual(edmSchedule(18));
  const options = { sigmaMin: 0.01, sigmaMax: 50, rho: 3 };
  expect(parseSchedule('edm:40,min=0.01,max=50,rho=3')).toEqual(edmSchedule(40, options));
});

test.each([
  [0, {}, /edmSchedule: steps is 0/],
  [1.5, {}, /edmSchedule: steps is 1.5/],
  [4, { sigmaMin: 0 }, /sigmaMin is 0/],
  [4, { rho: -1 }, /rho is -1/],
  [3, { sigmaMin: 1, sigmaMax: 1 }, /σ of step 2 is that of the step before/],
])('edmSchedule(%d, %j) is refused', (steps, options, message) => {
  expect(() => edmSchedule(steps, options)).toThrow(RangeError);
  expect(() => edmSchedule(steps, options)).toThrow(message);
});

test('what would tell the network another σ than there is, is refused', () => {
  expect(() => rescalePositions(edmSchedule(18), 1000)).toThrow(/an edm schedule tells σ/);
  expect(() => rescaleZeroTerminalSnr(edmSchedule(18))).toThrow(/give other ends/);
  for (const text of ['edm:18,positions=1000', 'edm:18,zero-snr'])
    expect(() => parseSchedule(text)).toThrow(RangeError);
});
