import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { hybridLoss, type HybridLossOptions, type Prediction, simpleLoss, vlbTerm } from '@diffgan/objectives';
import { gradientOf, key, normal } from '@diffgan/ops';
import { vpSchedule } from '@diffgan/schedule';
import { valuesOf } from '../../../test/values-of.ts';

const schedule = vpSchedule(4);
const t = [1, 2, 4];
const data = () => tf.tensor2d([0.2, -0.6, 0.6, 1, -1, 0.2], [3, 2]);
const half = (xt: tf.Tensor) => tf.mul(0.5, xt);
const model = (xt: tf.Tensor) => tf.concat([half(xt), tf.mul(0.3, xt)], 1);

test.each<[Prediction, 'learned' | 'learnedRange']>([
  ['eps', 'learnedRange'],
  ['x0', 'learned'],
  ['v', 'learnedRange'],
  ['mean', 'learned'],
])('for %s and %s it is L_simple plus λ T bits per dimension of the bound', async (predicts, variance) => {
  const difference = await valuesOf(() => {
    const options = { t, predicts, noise: normal(key(2), [3, 2]) };
    const loss = hybridLoss(model, schedule, data(), { ...options, variance, vlbWeight: 0.1 });
    const term = vlbTerm(model, schedule, data(), { ...options, variance });
    const bits = tf.mul((0.1 * 4) / (2 * Math.LN2), term);
    return tf.sub(loss, tf.add(simpleLoss(half, schedule, data(), options), bits));
  });
  expect(difference).toBeAllClose(0, { atol: 1e-5 });
});

test('the bound moves the variance only, L_simple the prediction only', async () => {
  const gradient = (f: (weights: tf.Tensor) => tf.Tensor) =>
    valuesOf(() => gradientOf(f, tf.tensor1d([0.5, 0.3]))).then((g) => Array.from(g));
  const weighted = (weights: tf.Tensor) => (xt: tf.Tensor) => {
    const [a, b] = tf.unstack(weights);
    return tf.concat([tf.mul(a, xt), tf.mul(b, xt)], 1);
  };
  const hybrid = await gradient((w) => hybridLoss(weighted(w), schedule, data(), { t, key: key(4) }));
  const simple = await gradient((w) => {
    const [a] = tf.unstack(w);
    return simpleLoss((xt: tf.Tensor) => tf.mul(a, xt), schedule, data(), { t, key: key(4) });
  });
  const bound = await gradient((w) =>
    vlbTerm(weighted(w), schedule, data(), { t, key: key(4), variance: 'learnedRange' }),
  );
  expect(hybrid).toBeAllClose([simple[0], (0.001 * 4 * bound[1]) / (2 * Math.LN2)], { rtol: 1e-5 });
  expect(Math.abs(bound[0])).toBeGreaterThan(0.1);
});

test('the model is called once, with training', () => {
  const calls: unknown[] = [];
  const layers = {
    apply(inputs: tf.Tensor | tf.Tensor[], options?: { training?: boolean }) {
      calls.push(options?.training);
      return model((inputs as tf.Tensor[])[0]);
    },
  };
  tf.tidy(() => void hybridLoss(layers, schedule, data(), { t, training: true }));
  expect(calls).toEqual([true]);
});

test('what cannot be is refused', () => {
  const call = (options: Partial<HybridLossOptions>, network = model) =>
    expect(() => tf.tidy(() => void hybridLoss(network, schedule, data(), { t, ...options })));
  call({ variance: 'fixedSmall' as 'learned' }).toThrow("hybridLoss: variance is 'fixedSmall'");
  call({ vlbWeight: -1 }).toThrow('hybridLoss: vlbWeight is -1');
  call({ vlbWeight: NaN }).toThrow(RangeError);
  call({ levels: 1 }).toThrow('levels is 1');
  call({ t: [1, 2] }).toThrow('t has length 2');
  call({}, half).toThrow('the prediction has shape [3,1]');
});
