import { expect, test } from 'vitest';
import {
  cosineSchedule,
  linearSchedule,
  parseSchedule,
  quadraticSchedule,
  rescalePositions,
  rescaleZeroTerminalSnr,
  respace,
  vpSchedule,
} from '@diffgan/schedule';
import golden from './golden/schedules.json';

// made with golden/make-schedules.py
test.each(Object.entries(golden.betas))('%s has the variances that diffusers has', (text, betas) => {
  const { beta } = parseSchedule(text);
  // They are float32 there, and the small ones of a cosine come out of a difference from 1.
  const shown = golden.shown.map((i) => beta[i]);
  expect(shown).toBeAllClose(betas, { rtol: 1e-6, atol: 1e-7 });
});

test.each(golden.positions.map((p) => [p.spec, p.total, p.positions] as const))(
  "respace by '%s' of %d visits the time steps that diffusers visits",
  (spec, total, positions) => {
    expect(Array.from(respace(linearSchedule(total), spec).positions)).toEqual(positions);
  },
);

test('a text holds the options of its schedule', () => {
  expect(parseSchedule('vp:4')).toEqual(vpSchedule(4));
  expect(parseSchedule('vp:4,min=0.2,max=10,epsilon=0')).toEqual(
    vpSchedule(4, { betaMin: 0.2, betaMax: 10, epsilon: 0 }),
  );
  expect(parseSchedule('linear:4000,scale=0.25')).toEqual(linearSchedule(4000, { scale: 0.25 }));
  expect(parseSchedule('linear:10,end=2e-2,start=1e-3')).toEqual(
    linearSchedule(10, { betaStart: 1e-3, betaEnd: 2e-2 }),
  );
  expect(parseSchedule('cosine:50,s=0.1,max=.9')).toEqual(cosineSchedule(50, { s: 0.1, maxBeta: 0.9 }));
  const range = { betaStart: 0.00085, betaEnd: 0.012 };
  const zero = rescaleZeroTerminalSnr(quadraticSchedule(1000, range));
  expect(parseSchedule('scaled_linear:1000,zero-snr,start=0.00085,end=0.012')).toEqual(zero);
  expect(parseSchedule('cosine:4000,positions=1000')).toEqual(rescalePositions(cosineSchedule(4000), 1000));
});

test('rescaled positions are those that OpenAI’s networks of 4000 steps see, and respacing keeps them', () => {
  const schedule = rescalePositions(cosineSchedule(4000), 1000);
  expect(Array.from(schedule.positions.slice(0, 3))).toEqual([0, 0.25, 0.5]);
  expect(schedule.positions[3999]).toBe(999.75);
  expect(schedule.beta).toEqual(cosineSchedule(4000).beta);
  expect(Array.from(respace(schedule, [2, 4, 4000]).positions)).toEqual([0.25, 0.75, 999.75]);
});

test('positions are rescaled before steps are dropped, and to something', () => {
  const short = respace(linearSchedule(), 10);
  expect(() => rescalePositions(short, 1000)).toThrow('rescale its positions first');
  expect(() => rescalePositions(linearSchedule(), 0)).toThrow('rescalePositions: scale is 0');
});

test.each([
  ['linear', 'write name:steps'],
  ['linear:', 'write name:steps'],
  ['linear:1000000', 'at most 100000 steps'],
  ['sine:10', "called 'sine'; use one of linear, quadratic"],
  ['toString:10', 'write name:steps'],
  [
    'linear:10,s=0.1',
    "'s=0.1' is no option of linear; use start=NUMBER, end=NUMBER, scale=NUMBER, positions=NUMBER or zero-snr",
  ],
  ['linear:10,scale', "'scale' is no option"],
  ['linear:10,scale=NaN', "'scale=NaN' is no option"],
  ['linear:10,zero-snr=1', "'zero-snr=1' is no option"],
  ['linear:10,', "'' is no option"],
  [`vp:4,${'\u001b'.repeat(100)}`, '…'],
])("the text '%s' is refused with a TypeError", (text, message) => {
  expect(() => parseSchedule(text)).toThrow(TypeError);
  expect(() => parseSchedule(text)).toThrow(message);
});

test('values that a schedule refuses are refused', () => {
  expect(() => parseSchedule('linear:10,scale=100')).toThrow(RangeError);
  expect(() => parseSchedule('vp:0')).toThrow(RangeError);
});

test('control characters do not reach a message', () => {
  try {
    parseSchedule('vp:4,\u001b]0;title');
    expect.unreachable();
  } catch (error) {
    expect((error as Error).message).not.toContain('\u001b');
  }
});
