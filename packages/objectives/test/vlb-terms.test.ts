import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  klNormal,
  posteriorMean,
  type Prediction,
  priorKl,
  qSample,
  targetOf,
  vlbTerm,
  vlbTerms,
  type VlbTermsOptions,
  vlbWeight,
} from '@diffgan/objectives';
import { foldIn, key, normal } from '@diffgan/ops';
import { linearSchedule, scheduleFromBetas, vpSchedule } from '@diffgan/schedule';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';

type Chain = Record<'L_T' | 'L_1' | 'L_2' | 'L_3' | 'gaussianNllX0', number>;

const chain4 = scheduleFromBetas([0.1, 0.2, 0.3, 0.5]);
const noises = [0.2, -0.5, 1, 0.3];
const linear = (xt: tf.Tensor, position: tf.Tensor) =>
  tf.add(tf.mul(0.5, xt), tf.mul(0.1, tf.reshape(tf.add(position, 1), [-1, 1])));
const terms = (options: VlbTermsOptions = {}) =>
  valuesOf(() => {
    const noise = (t: number) => tf.tensor2d([[noises[t - 1]]]);
    return vlbTerms(linear, chain4, tf.tensor2d([[0.6]]), { noise, ...options });
  });

test('the terms of a four-step chain have the reference values', async () => {
  const { expected, float32 } = vector<Chain>('vlb.chain4');
  expect((await terms()).slice(1)).toBeAllClose([expected.L_1, expected.L_2, expected.L_3], float32);
  const prior = await valuesOf(() => priorKl(chain4, tf.tensor2d([[0.6]])));
  expect(prior).toBeAllClose([expected.L_T], float32);
});

test('L_0 is the decoder with the variance β̃_2: the density times the width of a narrow bin', async () => {
  const { expected } = vector<Chain>('vlb.chain4');
  // The vector has σ² = β_1; the mean it implies, at σ² = β̃_2:
  const squared = (expected.gaussianNllX0 - 0.5 * Math.log(2 * Math.PI * 0.1)) * 2 * 0.1;
  const variance = chain4.betaTilde[1];
  const nll = 0.5 * Math.log(2 * Math.PI * variance) + squared / (2 * variance);
  // The grey level next to 0.6 is exactly 0.6 for 256 levels. The bin's curvature is (h/σ)²/6 = 4e-5.
  expect((await terms()).slice(0, 1)).toBeAllClose([nll - Math.log(2 / 255)], { rtol: 0, atol: 3e-4 });
});

test('L_T has the reference values', async () => {
  const { expected, float32 } = vector<{ nats: number; bitsPerDim: number }>('vlb.prior');
  const nats = await valuesOf(() => priorKl(linearSchedule(), tf.tensor2d([[-1, -0.2, 0.4, 0.9]])));
  expect(nats).toBeAllClose([expected.nats], float32);
});

test('klNormal has the reference value, and is 0 for equal Gaussians', async () => {
  const { expected, float32 } = vector<{ kl: number }>('vlb.klNormal');
  const kl = await valuesOf(() =>
    klNormal({ mean: 0.3, logVariance: Math.log(0.5) }, { mean: tf.scalar(-0.2), logVariance: Math.log(1.7) }),
  );
  expect(kl).toBeAllClose([expected.kl], float32);
  const same = { mean: 0.3, logVariance: -1 };
  expect(Array.from(await valuesOf(() => klNormal(same, same)))).toEqual([0]);
});

const schedule = vpSchedule(4);
const kinds: Prediction[] = ['eps', 'x0', 'v', 'mean'];

/** A network of the given kind that knows the data x_0 = 0.6 up to a factor. */
const knowing = (kind: Prediction, factor: number) => (xt: tf.Tensor, position: tf.Tensor) => {
  const t = Array.from(position.dataSync(), (p) => p + 1);
  const at = (c: Float64Array) => tf.tensor2d(t.map((step) => [Math.sqrt(c[step - 1])]));
  const x0 = tf.fill(xt.shape, 0.6 * factor);
  const noise = tf.div(tf.sub(xt, tf.mul(at(schedule.alphaBar), x0)), at(schedule.oneMinusAlphaBar));
  return targetOf(kind, schedule, x0, { t, noise, xt });
};

describe.each(kinds)('a network that predicts %s', (predicts) => {
  test('has no divergence if it knows x_0, with the variance of the posterior', async () => {
    const x0 = tf.fill([2, 3], 0.6);
    const values = await valuesOf(() =>
      vlbTerms(knowing(predicts, 1), schedule, x0, { predicts, variance: 'fixedSmall' }),
    );
    expect([...values.slice(1, 4), ...values.slice(5)]).toBeAllClose(0, { atol: 1e-5 });
    x0.dispose();
  });

  test('has ½(SNR_{t−1} − SNR_t)‖x_0 − x̂_0‖² otherwise', async () => {
    const x0 = tf.fill([1, 3], 0.6);
    const values = await valuesOf(() =>
      vlbTerms(knowing(predicts, 0.5), schedule, x0, { predicts, variance: 'fixedSmall' }),
    );
    const { snr } = schedule;
    const expected = [2, 3, 4].map((t) => 0.5 * (snr[t - 2] - snr[t - 1]) * 3 * 0.3 ** 2);
    expect(values.slice(1)).toBeAllClose(expected, { rtol: 1e-4, atol: 1e-5 });
    x0.dispose();
  });
});

test('the weight of ‖ε − ε̂‖² has the reference values, and is that of the bound', async () => {
  const { expected, float64 } = vector<Record<'fixedLarge' | 'fixedSmall', Record<string, number>>>('vlb.epsWeight');
  for (const variance of ['fixedLarge', 'fixedSmall'] as const)
    for (const [t, weight] of Object.entries(expected[variance]))
      expect([vlbWeight({ variance })(linearSchedule(), Number(t))]).toBeAllClose([weight], float64);
  // Two networks whose noise differs: the variance part of the term cancels.
  const at = (guess: number) =>
    valuesOf(() => {
      const options = { t: [3], noise: tf.zeros([1, 2]) };
      return vlbTerm((xt) => tf.fill(xt.shape, guess), schedule, tf.zeros([1, 2]), options);
    });
  const difference = (await at(0.5))[0] - (await at(0))[0];
  expect([difference]).toBeAllClose([vlbWeight()(schedule, 3) * 2 * 0.25], { rtol: 1e-4 });
});

test('a batch may mix steps, on the host or as a tensor', async () => {
  const x0 = tf.tensor2d([[0.2], [0.6], [-1], [1]]);
  const noise = normal(key(3), [4, 1]);
  const at = (t: number[] | (() => tf.Tensor1D)) =>
    valuesOf(() => vlbTerm(linear, chain4, x0, { t: typeof t === 'function' ? t() : t, noise }));
  const mixed = await at([1, 3, 1, 4]);
  expect(await at(() => tf.tensor1d([1, 3, 1, 4], 'int32'))).toEqual(mixed);
  const [first, third, fourth] = [await at([1, 1, 1, 1]), await at([3, 3, 3, 3]), await at([4, 4, 4, 4])];
  expect(mixed).toBeAllClose([first[0], third[1], first[2], fourth[3]]);
  tf.dispose([x0, noise]);
});

test('the noise of step t comes from foldIn(key, t)', async () => {
  const x0 = tf.fill([2, 3], 0.2);
  const noises = [1, 2, 3, 4].map((t) => normal(foldIn(key(5), t), [2, 3]));
  const guess = (xt: tf.Tensor) => tf.mul(0.5, xt);
  const fromKey = await valuesOf(() => vlbTerms(guess, schedule, x0, { key: key(5) }));
  expect(fromKey).toEqual(await valuesOf(() => vlbTerms(guess, schedule, x0, { noise: (t) => noises[t - 1] })));
  tf.dispose([x0, ...noises]);
});

test('a learned variance is read from the second half of the channels', async () => {
  const x0 = tf.fill([2, 3], 0.2);
  const output = (spread: number) => (xt: tf.Tensor) => tf.concat([tf.mul(0.5, xt), tf.fill(xt.shape, spread)], 1);
  const learned = (spread: number) =>
    valuesOf(() => vlbTerms(output(spread), schedule, x0, { variance: 'learnedRange' }));
  const fixed = (variance: 'fixedSmall' | 'fixedLarge') =>
    valuesOf(() => vlbTerms((xt) => tf.mul(0.5, xt), schedule, x0, { variance }));
  expect(await learned(-1)).toBeAllClose(await fixed('fixedSmall'), { rtol: 1e-4, atol: 1e-5 });
  const [large, fixedLarge] = [await learned(1), await fixed('fixedLarge')];
  // At t = 1 the range ends at β_1, the fixed variance is β̃_2.
  expect(large.filter((_, i) => i % 4 > 0)).toBeAllClose(
    fixedLarge.filter((_, i) => i % 4 > 0),
    { rtol: 1e-4, atol: 1e-5 },
  );
  x0.dispose();
});

test('clipping does not make a bound of a network that returns NaN or infinity', async () => {
  const x0 = tf.zeros([2, 3]);
  for (const wrong of [NaN, Infinity]) {
    const terms = vlbTerms((xt) => tf.fill(xt.shape, wrong), vpSchedule(4), x0, { clip: true });
    expect(Array.from(await terms.data()).every(Number.isNaN)).toBe(true);
    terms.dispose();
  }
  x0.dispose();
});

test('clipping moves the mean', async () => {
  const x0 = tf.fill([1, 2], 0.9);
  const wild = (xt: tf.Tensor) => tf.fill(xt.shape, 3);
  const [free, clipped, one] = await Promise.all(
    [
      { model: wild, clip: false },
      { model: wild, clip: true },
      { model: (xt: tf.Tensor) => tf.onesLike(xt), clip: false },
    ].map(({ model, clip }) => valuesOf(() => vlbTerms(model, schedule, x0, { predicts: 'x0', clip }))),
  );
  expect(clipped).toBeAllClose(one);
  expect(clipped[1]).toBeLessThan(free[1]);
  x0.dispose();
});

test('the bound is above −log p(x_0) and tight for a chain of one point', async () => {
  // One step, data are one grey level the network knows: L_0 is 0 since the decoder's σ² is 1e-20.
  const one = vpSchedule(1);
  const known = 1 / 255;
  const x0 = tf.fill([1, 4], known);
  const value = await valuesOf(() =>
    vlbTerms((xt) => tf.fill(xt.shape, known), one, x0, { predicts: 'x0', variance: 'fixedSmall' }),
  );
  expect(value).toBeAllClose(0, { atol: 1e-6 });
  x0.dispose();
});

test('what cannot be is refused', () => {
  const call = (options: VlbTermsOptions, model = (xt: tf.Tensor) => xt) =>
    expect(() => tf.tidy(() => void vlbTerms(model, schedule, tf.zeros([1, 3]), options)));
  call({ levels: 1 }).toThrow('levels is 1');
  call({ predicts: 'score' as 'eps' }).toThrow("the prediction is 'score'");
  call({ variance: 'big' as 'learned' }).toThrow("kind is 'big'");
  call({ variance: 'learned' }).toThrow('the output has 3 channels');
  call({}, (xt) => tf.concat([xt, xt], 1)).toThrow('vlbTerm: the prediction has shape [1,6]');
  call({ noise: () => tf.zeros([1, 1]) }).toThrow('noise has shape [1,1]');
});

test('the posterior mean of a network that predicts it is taken as it is', async () => {
  const x0 = tf.fill([1, 2], 0.4);
  const noise = normal(key(1), [1, 2]);
  const term = await valuesOf(() => {
    const mean = posteriorMean(schedule, x0, [3], { xt: qSample(schedule, x0, [3], { noise }) });
    const options = { t: [3], noise, predicts: 'mean', variance: 'fixedSmall' } as const;
    return vlbTerm(() => tf.add(mean, 0.1), schedule, x0, options);
  });
  expect(term).toBeAllClose([(2 * 0.01) / (2 * schedule.betaTilde[2])], { rtol: 1e-4 });
  tf.dispose([x0, noise]);
});
