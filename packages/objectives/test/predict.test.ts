import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { posteriorMean, predict, type Prediction, qSample, targetOf } from '@diffgan/objectives';
import { linearSchedule, rescaleZeroTerminalSnr, vpSchedule } from '@diffgan/schedule';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';

const schedule = linearSchedule();
const kinds: Prediction[] = ['eps', 'x0', 'v', 'mean'];
const scalar = (x: number) => tf.tensor2d([[x]]);

/** x̂_0, ε̂ and the posterior mean of one ancestral step from t = 500. */
const step = (clip?: boolean | ((x0: tf.Tensor) => tf.Tensor)) =>
  valuesOf(() => {
    const xt = scalar(0.9);
    const { x0, eps } = predict('eps', schedule, scalar(0.6), { t: [500], xt, clip });
    return tf.concat([x0, eps, posteriorMean(schedule, x0, [500], { xt })]);
  });
const ancestral = vector<Record<'x0Hat' | 'meanNoClip' | 'meanClip', number>>('sample.ancestral');

test('x̂_0 and the mean it implies have the reference values', async () => {
  const { x0Hat, meanNoClip } = ancestral.expected;
  expect(await step()).toBeAllClose([x0Hat, 0.6, meanNoClip], ancestral.float32);
});

test('clip limits x̂_0 to [−1, 1], and ε̂ follows', async () => {
  const eps = (0.9 - Math.sqrt(schedule.alphaBar[499])) / Math.sqrt(schedule.oneMinusAlphaBar[499]);
  expect(await step(true)).toBeAllClose([1, eps, ancestral.expected.meanClip], ancestral.float32);
  expect(await step((x0) => tf.minimum(x0, 1))).toEqual(await step(true));
});

const conversions = vector<Record<'xt' | 'v' | 'muTilde' | 'score', number>>('param.conversions');
const outputs = { eps: -1.1, x0: 0.37, v: conversions.expected.v, mean: conversions.expected.muTilde };

test.each(kinds)('the target of %s has the reference value', async (kind) => {
  const options = { t: [500], noise: scalar(-1.1) };
  expect(await valuesOf(() => targetOf(kind, schedule, scalar(0.37), options))).toBeAllClose(
    [outputs[kind]],
    conversions.float32,
  );
  options.noise.dispose();
});

test('the score is −ε̂/√(1 − ᾱ_t)', () => {
  const score = 1.1 / Math.sqrt(schedule.oneMinusAlphaBar[499]);
  expect([score]).toBeAllClose([conversions.expected.score], conversions.float64);
});

// Conditioning of each conversion on vp steps: A ≥ 0.0066, S ≥ 0.69, c1 ≥ 0.058; each of four roundings is 6e-8 of numbers up to 2.
const chain = vpSchedule(4);
describe.each(kinds)('a network that predicts %s', (kind) => {
  const known = (clip: boolean | ((x0: tf.Tensor) => tf.Tensor)) =>
    valuesOf(() => {
      const t = [1, 2, 3, 4];
      const x0 = tf.tensor2d([0.37, -0.9, 1.5, -1.2, 0.1, 0.2, -2, 0.8], [4, 2]);
      const noise = tf.tensor2d([-1.1, 0.4, 0.3, 2, -0.6, 0.01, 1, -1], [4, 2]);
      const xt = qSample(chain, x0, t, { noise });
      const predicted = predict(kind, chain, targetOf(kind, chain, x0, { t, noise }), { t, xt, clip });
      const again = qSample(chain, predicted.x0, t, { noise: predicted.eps });
      return tf.stack([tf.sub(predicted.x0, clip ? tf.clipByValue(x0, -1, 1) : x0), tf.sub(again, xt)]);
    });

  test('gives back the data, and x_t = √ᾱ_t x̂_0 + √(1 − ᾱ_t) ε̂', async () => {
    expect(await known(false)).toBeAllClose(0, { atol: 1e-4 });
  });

  test('does so with clipped data', async () => {
    expect(await known(true)).toBeAllClose(0, { atol: 1e-4 });
  });

  test('is differentiable in its output and x_t', async () => {
    const slopes = await valuesOf(() => {
      const f = (output: tf.Tensor, xt: tf.Tensor) => {
        const { x0, eps } = predict(kind, chain, output, { t: [2], xt });
        return tf.add(x0, tf.mul(3, eps));
      };
      const slopes = tf.grads(f)([scalar(0.3), scalar(0.5)]);
      // The conversions are linear, so differences are exact but for rounding.
      const differences = [f(scalar(1.3), scalar(0.5)), f(scalar(0.3), scalar(1.5))].map((x) =>
        tf.sub(x, f(scalar(0.3), scalar(0.5))),
      );
      return tf.sub(tf.concat(slopes), tf.concat(differences));
    });
    expect(slopes).toBeAllClose(0, { atol: 1e-5 });
  });
});

test('the results are new tensors: disposing them leaves the inputs alone', async () => {
  const [output, xt] = [scalar(0.5), scalar(0.25)];
  for (const kind of kinds) tf.dispose(Object.values(predict(kind, chain, output, { t: [2], xt })));
  tf.dispose([
    targetOf('eps', chain, output, { t: [2], noise: xt }),
    targetOf('x0', chain, output, { t: [2], noise: xt }),
  ]);
  expect(await Promise.all([output.data(), xt.data()])).toEqual([new Float32Array([0.5]), new Float32Array([0.25])]);
  tf.dispose([output, xt]);
});

test('steps may be a tensor', async () => {
  const x0 = (t: number[] | tf.Tensor1D) =>
    predict('v', chain, tf.ones([3, 2]), { t, xt: tf.fill([3, 2], 0.5), clip: true }).x0;
  const [host, device] = await Promise.all([
    valuesOf(() => x0([4, 1, 2])),
    valuesOf(() => x0(tf.tensor1d([4, 1, 2], 'int32'))),
  ]);
  expect(device).toEqual(host);
});

describe('where no signal is left', () => {
  const silent = rescaleZeroTerminalSnr(chain);
  test('a prediction of ε is refused', () => {
    const call = () => predict('eps', silent, scalar(1), { t: [4], xt: scalar(1) });
    expect(() => tf.tidy(() => void call())).toThrow(RangeError);
    expect(() => tf.tidy(() => void call())).toThrow('at t = 4 the signal-to-noise ratio is 0');
  });

  test.each(['x0', 'v', 'mean'] as const)('%s gives the data', async (kind) => {
    const x0 = await valuesOf(() => {
      const [data, noise] = [scalar(0.37), scalar(-1.1)];
      const output = targetOf(kind, silent, data, { t: [4], noise });
      return predict(kind, silent, output, { t: [4], xt: noise }).x0;
    });
    expect(x0).toBeAllClose([0.37]);
  });
});

test('unknown predictions and functions that change the shape are refused', () => {
  const call = (kind: string, clip?: (x0: tf.Tensor) => tf.Tensor) => () =>
    tf.tidy(() => void predict(kind as Prediction, chain, scalar(1), { t: [1], xt: scalar(1), clip }));
  expect(call('score')).toThrow(RangeError);
  expect(call('score')).toThrow("predict: the prediction is 'score'; use one of eps, x0, v, mean");
  expect(call('x0', (x0) => tf.sum(x0))).toThrow('the clipped prediction has shape []');
});
