import { expect, it } from 'vitest';
import { flags } from '../flags.ts';

it('flags are numbers or texts, as their defaults are', () => {
  const defaults = { times: 20, rate: 0.001, out: 'a.json' };
  expect(flags(defaults, [])).toEqual(defaults);
  expect(flags(defaults, ['--times', '3', '--rate=1e-4', '--out', 'b.json'])).toEqual({
    ...{ times: 3, rate: 1e-4, out: 'b.json' },
  });
});

it.each([
  [['--times', 'many'], /--times is many; it must be a number, such as 20/],
  [['--times='], /--times is ; it must be a number/],
  [['--tmies', '3'], /tmies/],
])('nonsense is refused: %j', (args, message) => {
  expect(() => flags({ times: 20 }, args)).toThrow(message);
});
