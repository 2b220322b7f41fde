import { expect, test } from 'vitest';
import {
  constantSchedule,
  cosineSchedule,
  linearSchedule,
  makeSchedule,
  quadraticSchedule,
  type ScheduleName,
  sigmoidSchedule,
  vpSchedule,
} from '@diffgan/schedule';

test('makeSchedule passes steps and options to the named schedule', () => {
  expect(makeSchedule('linear', 50, { scale: 20 })).toEqual(linearSchedule(50, { scale: 20 }));
  expect(makeSchedule('quadratic', 50, { scale: 20 })).toEqual(quadraticSchedule(50, { scale: 20 }));
  expect(makeSchedule('constant', 5, { beta: 0.5 })).toEqual(constantSchedule(5, { beta: 0.5 }));
  expect(makeSchedule('cosine', 5, { s: 0.1 })).toEqual(cosineSchedule(5, { s: 0.1 }));
  expect(makeSchedule('sigmoid', 5, { betaEnd: 0.5 })).toEqual(sigmoidSchedule(5, { betaEnd: 0.5 }));
  expect(makeSchedule('vp', 4)).toEqual(vpSchedule(4));
});

test.each(['sine', 'toString', ''])("the name '%s' is refused with the list of names", (name) => {
  expect(() => makeSchedule(name as ScheduleName, 4)).toThrow(RangeError);
  expect(() => makeSchedule(name as ScheduleName, 4)).toThrow(
    `makeSchedule: name is '${name}'; use one of linear, quadratic, constant, cosine, sigmoid, vp`,
  );
});
