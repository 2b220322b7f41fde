import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  discretizedLogLikelihood,
  edmDenoiser,
  edmLoss,
  hybridLoss,
  klNormal,
  minSnrWeight,
  predict,
  type Prediction,
  priorKl,
  reverseVariance,
  simpleLoss,
  vlbTerm,
  vlbTerms,
} from '@diffgan/objectives';
import { gradientOf, tanh } from '@diffgan/ops';
import { vpSchedule } from '@diffgan/schedule';
import { valuesOf } from '../../../test/values-of.ts';

const schedule = vpSchedule(2);
const t = [1, 2];
const data = () => tf.tensor2d([0.2, -0.6, 1, -1], [2, 2]);
const noise = () => tf.tensor2d([0.3, -1.1, 0.5, 0.9], [2, 2]);

/** A network with three weights, bent so that all derivatives exist. */
const network = (weights: tf.Tensor) => (xt: tf.Tensor, position: tf.Tensor) => {
  const [a, b, c] = tf.unstack(weights);
  return tf.add(tf.mul(a, tanh(tf.mul(b, xt))), tf.mul(c, tf.reshape(tf.add(position, 1), [-1, 1])));
};
const twice = (weights: tf.Tensor) => (xt: tf.Tensor, position: tf.Tensor) => {
  const output = network(weights)(xt, position);
  return tf.concat([output, tf.mul(0.4, tanh(output))], 1);
};

const kinds: Prediction[] = ['eps', 'x0', 'v', 'mean'];
const coarse = { levels: 6 } as const;

const functions: Record<string, (weights: tf.Tensor) => tf.Tensor> = {
  ...Object.fromEntries(
    kinds.flatMap((predicts) => [
      [
        `simpleLoss of ${predicts}`,
        (w) => simpleLoss(network(w), schedule, data(), { t, noise: noise(), predicts, weight: minSnrWeight() }),
      ],
      [
        `vlbTerm of ${predicts}`,
        (w) => vlbTerm(network(w), schedule, data(), { t, noise: noise(), predicts, ...coarse }),
      ],
      [
        `predict of ${predicts}`,
        (w) => {
          const { x0, eps } = predict(predicts, schedule, network(w)(data(), tf.tensor1d(t)), { t, xt: noise() });
          return tf.add(tf.square(x0), tanh(eps));
        },
      ],
    ]),
  ),
  edmLoss: (w) => edmLoss(network(w), data(), { noise: noise(), sigma: tf.tensor1d([0.3, 2]), sigmaData: 0.6 }),
  edmDenoiser: (w) => edmDenoiser(network(w), { sigmaData: 0.6 })(noise(), tf.tensor1d([-0.3, 0.2])),
  'predict, clipped': (w) => {
    const { x0, eps } = predict('x0', schedule, tf.mul(4, network(w)(data(), tf.tensor1d(t))), {
      t,
      xt: noise(),
      clip: true,
    });
    return tf.add(tf.square(x0), tanh(eps));
  },
  'vlbTerm in parity form': (w) =>
    vlbTerm(network(w), schedule, data(), { t, noise: noise(), form: 'parity', ...coarse }),
  'vlbTerms with a learned variance': (w) =>
    vlbTerms(twice(w), schedule, data(), { noise, variance: 'learned', predicts: 'x0', ...coarse }),
  'hybridLoss, variance only': (w) => {
    // The mean is stopped on purpose, so finite differences must not move it.
    const spread = (xt: tf.Tensor, position: tf.Tensor) => tf.concat([tf.mul(0.5, xt), network(w)(xt, position)], 1);
    return hybridLoss(spread, schedule, data(), { t, noise: noise(), vlbWeight: 0.5, ...coarse });
  },
  'discretizedLogLikelihood by its scale': (w) => {
    const [a, b, c] = tf.unstack(w);
    const mean = tf.mul(b, noise());
    return discretizedLogLikelihood(data(), { mean, logScale: tf.add(tf.zeros([2, 1]), tf.sub(a, c)), ...coarse });
  },
  'reverseVariance in a learned range': (w) => {
    const output = network(w)(data(), tf.tensor1d(t));
    const { variance, logVariance } = reverseVariance('learnedRange', schedule, t, { output });
    return tf.add(variance, tf.square(logVariance));
  },
  klNormal: (w) => {
    const [a, b, c] = tf.unstack(w);
    return klNormal({ mean: a, logVariance: b }, { mean: tf.mul(a, c), logVariance: tf.sub(c, b) });
  },
  'priorKl by the data': (w) => priorKl(schedule, tf.mul(tf.reshape(w, [1, 3]), 20)),
};

const point = [0.4, 0.7, -0.3];
const direction = [0.6, -0.5, 0.62];
const stride = 0.05;

/** (8(f(h) − f(−h)) − (f(2h) − f(−2h)))/12h along `direction`: off by h⁴/30 of the fifth derivative. */
async function slope(f: (weights: tf.Tensor) => tf.Tensor): Promise<number[]> {
  const at = (steps: number) => valuesOf(() => f(tf.tensor1d(point.map((p, i) => p + steps * stride * direction[i]))));
  const [m2, m1, p1, p2] = await Promise.all([-2, -1, 1, 2].map(at));
  return Array.from(p1, (_, i) => (8 * (p1[i] - m1[i]) - (p2[i] - m2[i])) / (12 * stride));
}

const total = (f: (weights: tf.Tensor) => tf.Tensor) => (weights: tf.Tensor) => tf.sum(f(weights));
const along = (gradient: tf.Tensor) => tf.sum(tf.mul(gradient, tf.tensor1d(direction)));

/** Values near `size`, known to 3e-6 of it on every backend, divided by h. */
const closeness = (size: number) => ({ rtol: 1e-3, atol: (3e-6 * (1 + size)) / stride });

describe.each(Object.entries(functions))('%s', (_, f) => {
  test('has the gradient that finite differences show', async () => {
    const gradient = await valuesOf(() => along(gradientOf(f, tf.tensor1d(point))));
    const [value] = await valuesOf(() => tf.sum(tf.abs(f(tf.tensor1d(point)))));
    expect(gradient).toBeAllClose(await slope(total(f)), closeness(value));
  });

  test('has the second derivative that differences of gradients show', async () => {
    const gradient = (weights: tf.Tensor) => gradientOf(f, weights);
    const second = await valuesOf(() => gradientOf((w) => along(gradient(w)), tf.tensor1d(point)));
    const first = await valuesOf(() => tf.max(tf.abs(gradient(tf.tensor1d(point)))));
    expect(second).toBeAllClose(await slope(gradient), closeness(first[0]));
  });
});
