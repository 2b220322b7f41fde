import { expect, it } from 'vitest';
import { UsageError } from '@diffgan/runs/errors';
import { type BitsCommandOptions, checkBitsOptions } from '../src/bits/options.ts';

it.each([
  [{ split: 'all' }, /--split is all; it must be train or test/],
  [{ count: 0 }, /--count is 0; it must be a whole number of at least 1/],
  [{ variance: 'none' }, /--variance is none/],
])('bits refuses %o', (wrong, message) => {
  const usual = { from: 'x', split: 'test', count: 10, batch: 5, seed: 0, clip: true, times: 1 };
  const options = { ...usual, ...wrong } as BitsCommandOptions;
  expect(() => checkBitsOptions(options)).toThrow(message);
  expect(() => checkBitsOptions(options)).toThrow(UsageError);
});
