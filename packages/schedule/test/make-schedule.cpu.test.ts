import { expect, test } from 'vitest';
import { linearSchedule, makeSchedule, vpSchedule, type ScheduleName } from '@diffgan/schedule';

test('makeSchedule passes steps and options to the named schedule', () => {
  expect(makeSchedule('linear', 50, { scale: 20 })).toEqual(linearSchedule(50, { scale: 20 }));
  expect(makeSchedule('vp', 4)).toEqual(vpSchedule(4));
});

test.each(['sine', 'toString', ''])("the name '%s' is refused with the list of names", (name) => {
  expect(() => makeSchedule(name as ScheduleName, 4)).toThrow(RangeError);
  expect(() => makeSchedule(name as ScheduleName, 4)).toThrow(`makeSchedule: name is '${name}'; use one of linear, vp`);
});
