import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type DecoderOptions, discretizedLogLikelihood } from '@diffgan/objectives';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';

type Row = [x: number, mean: number, logScale: number];

const rows: Row[] = [
  [-1, -0.98, Math.log(0.01)],
  [1 / 255, 0.02, Math.log(0.01)],
  [1, 0.9, Math.log(0.01)],
  [1 / 255, 0, -4],
];
const of = (cases: Row[], options?: DecoderOptions) =>
  valuesOf(() => {
    const column = (i: number) => tf.tensor2d(cases.map((row) => [row[i]]));
    return discretizedLogLikelihood(column(0), { mean: column(1), logScale: column(2), ...options });
  });

const { expected, float32 } = vector<Record<'logProb' | 'logProbFloored' | 'logProbParity', number[]>>('vlb.decoder');

test('the stable form has the reference values', async () => {
  const logProb = await of(rows);
  expect(logProb).toBeAllClose(expected.logProb, float32);
  expect(logProb.map((l) => Math.max(l, Math.log(1e-12)))).toBeAllClose(expected.logProbFloored, float32);
});

test('the parity form has the reference values, never below log 1e-12', async () => {
  expect(await of(rows, { form: 'parity' })).toBeAllClose(expected.logProbParity, float32);
  const [hopeless] = await of([[0, 0.9, -7]], { form: 'parity' });
  expect(hopeless).toBeCloseTo(Math.log(1e-12), 4);
});

describe.each<[DecoderOptions['form'], number]>([
  // Each of 256 probabilities is off by 1e-6 of itself, or by the rounding of differences of Φ near 1.
  ['stable', 2e-6],
  ['parity', 1e-5],
])('in the %s form', (form, atol) => {
  test.each([2, 3, 16, 256])('the probabilities of all %d levels sum to 1', async (levels) => {
    for (const [mean, scale] of [
      [0.1, 0.05],
      [-0.97, 0.3],
      [0.5, 3],
      [2, 0.5],
    ]) {
      const cases = Array.from({ length: levels }, (_, k): Row => [(2 * k) / (levels - 1) - 1, mean, Math.log(scale)]);
      const sum = (await of(cases, { levels, form })).reduce((a, l) => a + Math.exp(l), 0);
      expect([sum]).toBeAllClose([1], { rtol: 0, atol });
    }
  });
});

test('far out in the tails the stable form is finite and right', async () => {
  // log P ≈ −½((|c| − h)/σ)² − log((|c| − h)/σ) − ½ log 2π, relative error σ²/c²
  const tail = (distance: number) => -0.5 * distance ** 2 - Math.log(distance) - 0.5 * Math.log(2 * Math.PI);
  const cases: Row[] = [
    [0.2, -0.8, -5],
    [0.2, 0.9, -5],
    [-1, 0, -4],
    [1, -1, -6],
  ];
  const logProb = await of(cases, { levels: 256 });
  const nearest = cases.map(([x, mean, logScale]) => (Math.abs(x - mean) - 1 / 255) * Math.exp(-logScale));
  expect(logProb).toBeAllClose(nearest.map(tail), { rtol: 1e-4 });
});

test('a bin much narrower than the Gaussian has the density times its width', async () => {
  const logScale = Math.log(5);
  const [logProb] = await of([[1 / 255, 1, logScale]]);
  const density = -0.5 * ((1 - 1 / 255) / 5) ** 2 - logScale - 0.5 * Math.log(2 * Math.PI);
  // Φ at both ends is rounded to 6e-8; they differ by 6e-4.
  expect([logProb]).toBeAllClose([density + Math.log(2 / 255)], { rtol: 0, atol: 5e-4 });
});

test('pixels that miss ±1 by rounding count as ±1', async () => {
  const of1 = await of([[1, 0.9, -3]]);
  expect(await of([[1 - 1e-6, 0.9, -3]])).toBeAllClose(of1, { rtol: 1e-4 });
});

test('one scale per example fits images', async () => {
  const shape = [2, 3, 3, 2];
  const scaled = (scale: number[]) =>
    valuesOf(() =>
      discretizedLogLikelihood(tf.zeros(shape), { mean: tf.fill(shape, 0.1), logScale: tf.fill(scale, -2) }),
    );
  expect(await scaled([2, 1, 1, 1])).toEqual(await scaled(shape));
});

describe('discretizedLogLikelihood refuses', () => {
  const call = (options: DecoderOptions, mean = [1, 2], logScale = [1, 2]) =>
    expect(() =>
      tf.tidy(
        () =>
          void discretizedLogLikelihood(tf.zeros([1, 2]), {
            mean: tf.zeros(mean),
            logScale: tf.zeros(logScale),
            ...options,
          }),
      ),
    );

  test.each([1, 0, 2.5, NaN])('%d levels', (levels) => {
    call({ levels }).toThrow(RangeError);
    call({ levels }).toThrow(`levels is ${levels}; give the number of grey levels, a whole number ≥ 2`);
  });

  test('unknown forms and tensors that do not fit', () => {
    call({ form: 'fast' as 'stable' }).toThrow("form is 'fast'; use one of stable, parity");
    call({}, [2, 2]).toThrow('mean has shape [2,2]');
    call({}, [1, 2], [2]).toThrow('logScale has shape [2]; it must be that of x, [1,2]');
    call({}, [1, 2], [1, 3]).toThrow('logScale has shape [1,3]');
  });
});
