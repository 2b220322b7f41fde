import { expect, test } from 'vitest';
import { bitsPerDim } from '@diffgan/objectives';
import { vector } from '../../../test/vectors.ts';

const { expected, float64 } = vector<Record<'bpd' | 'offset255' | 'offset256', number>>('bpd');

test('nats become bits per dimension', () => {
  expect([bitsPerDim([3], 2).mean]).toBeAllClose([expected.bpd], float64);
  expect(bitsPerDim([784 * Math.log(256)], 784).mean).toBeCloseTo(8, 12);
});

test('a density of scaled pixels is offset by the levels per unit', () => {
  const offset = (levelsPerUnit: number) => bitsPerDim([0], 2, { levelsPerUnit }).mean;
  expect([offset(127.5), offset(128)]).toBeAllClose([expected.offset255, expected.offset256], float64);
});

test('the standard error is that of the mean', () => {
  const { mean, standardError } = bitsPerDim(new Float32Array([1, 2, 3, 6]), 1);
  expect(mean).toBeCloseTo(3 / Math.LN2, 12);
  expect(standardError).toBeCloseTo(Math.sqrt((4 + 1 + 0 + 9) / 3 / 4) / Math.LN2, 12);
  expect(bitsPerDim([3], 2).standardError).toBeNaN();
});

test('what cannot be is refused', () => {
  expect(() => bitsPerDim([], 2)).toThrow(RangeError);
  expect(() => bitsPerDim([], 2)).toThrow('bitsPerDim: nats is empty');
  for (const dimensions of [0, 1.5, NaN])
    expect(() => bitsPerDim([1], dimensions)).toThrow(`bitsPerDim: dimensions is ${dimensions}`);
  expect(() => bitsPerDim([1], 1, { levelsPerUnit: 0 })).toThrow('bitsPerDim: levelsPerUnit is 0');
});
