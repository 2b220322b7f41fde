import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { type GammaNetwork, gammaNetwork, vdmLoss } from '@diffgan/objectives';
import { gradientOf } from '@diffgan/ops';

// One pixel of four levels, the model ε̂ = a z + b γ, everything else given: the loss in float64 and its derivatives by differences.
const [x, noise, noise0, levels] = [0.25, 0.7, -0.4, 4];
const hidden = 3;

const softplus = (v: number) => Math.log1p(Math.exp(v));
const logistic = (v: number) => 1 / (1 + Math.exp(-v));

/** γ and γ' of the monotone network at the parameters γ0, span, w1, b1, w2…, b2…, w3…. */
function schedule([start, span, rawW1, b1, ...rest]: number[], t: number) {
  const w1 = softplus(rawW1);
  const units = Array.from({ length: hidden }, (_, k) => ({
    w2: softplus(rest[k]),
    b2: rest[hidden + k],
    w3: softplus(rest[2 * hidden + k]),
  }));
  const raw = (at: number) => {
    const l = w1 * at + b1;
    return units.reduce((sum, { w2, b2, w3 }) => sum + w3 * logistic(w2 * l + b2), l);
  };
  const scale = Math.abs(span) / (raw(1) - raw(0));
  const bend = units.reduce((sum, { w2, b2, w3 }) => {
    const s = logistic(w2 * (w1 * t + b1) + b2);
    return sum + w3 * w2 * s * (1 - s);
  }, 0);
  return { gamma: start + scale * (raw(t) - raw(0)), slope: scale * w1 * (1 + bend) };
}

function hostLoss([a, b, ...parameters]: number[], t: number, steps?: number): number {
  const at = (time: number) => schedule(parameters, time).gamma;
  const gammaT = at(t);
  const zt = Math.sqrt(logistic(-gammaT)) * x + Math.sqrt(logistic(gammaT)) * noise;
  const error = (noise - a * zt - b * gammaT) ** 2;
  const rate = steps ? steps * Math.expm1(gammaT - at(t - 1 / steps)) : schedule(parameters, t).slope;
  const variance = logistic(at(1));
  const prior = ((1 - variance) * x * x + variance - Math.log(variance) - 1) / 2;
  const logits = [0, 1, 2, 3].map((k) => {
    const value = (2 * (k + 0.5)) / levels - 1;
    return (-1 / 2) * (noise0 + (x - value) * Math.exp(-at(0) / 2)) ** 2;
  });
  const reconstruction = Math.log(logits.reduce((sum, l) => sum + Math.exp(l), 0)) - logits[2]; // x is level 2
  return (rate * error) / 2 + prior + reconstruction;
}

const initial = [0.3, 0.05, -2, 4, 0.4, -0.3, 1.5, 2.5, 0.2, -0.5, -1, 0.3, 0.1, 0.6, -0.4];

/** The network, its variables set to the parameters after the model's two. */
function networkAt(parameters: number[]): GammaNetwork {
  const gamma = gammaNetwork({ hidden, gamma0: -2, gamma1: 2 });
  let next = 2;
  tf.tidy(() => {
    for (const variable of gamma.variables) {
      variable.assign(tf.tensor(parameters.slice(next, next + variable.size), variable.shape));
      next += variable.size;
    }
  });
  expect(next).toBe(parameters.length);
  return gamma;
}

test.each([
  ['continuous time', undefined],
  ['4 steps', 4],
])('the whole loss and its gradient by model and schedule in %s', async (_, steps) => {
  const t = 0.75;
  const gamma = networkAt(initial);
  const model = tf.tidy(() => [tf.variable(tf.scalar(initial[0])), tf.variable(tf.scalar(initial[1]))]);
  const variables = [...model, ...gamma.variables];
  const { value, grads } = tf.variableGrads(() => {
    const epsHat = (zt: tf.Tensor, gammaT: tf.Tensor) =>
      tf.add(tf.mul(model[0], zt), tf.mul(model[1], tf.reshape(gammaT, [1, 1])));
    const given = { noise: tf.tensor2d([[noise]]), noise0: tf.tensor2d([[noise0]]), t: [t], levels, steps };
    const { prior, reconstruction, diffusion } = vdmLoss(epsHat, gamma, tf.tensor2d([[x]]), given);
    return tf.sum(tf.addN([prior, reconstruction, diffusion]));
  }, variables);

  // float32 keeps 1e-6 of terms around 10; h = 1e-4 leaves h² of the third derivative, below 1e-6.
  expect(await value.data()).toBeAllClose([hostLoss(initial, t, steps)], { rtol: 1e-5 });
  const h = 1e-4;
  const expected = initial.map((v, i) => {
    const at = (moved: number) => hostLoss(initial.with(i, moved), t, steps);
    return (at(v + h) - at(v - h)) / (2 * h);
  });
  const actual: number[] = [];
  for (const { name } of variables) actual.push(...(await grads[name].data()));
  expect(actual).toBeAllClose(expected, { rtol: 1e-3, atol: 1e-4 * Math.max(...expected.map(Math.abs)) });
  tf.dispose([value, grads, model]);
  gamma.dispose();
});

test.each([
  ['continuous time', undefined],
  ['4 steps', 4],
])('the gradient of a squared gradient of the loss in %s', async (_, steps) => {
  const t = 0.75;
  const gamma = networkAt(initial);
  const model = tf.tidy(() => tf.variable(tf.tensor1d(initial.slice(0, 2))));
  const loss = (ab: tf.Tensor) => {
    const [a, b] = tf.split(ab, 2);
    const epsHat = (zt: tf.Tensor, gammaT: tf.Tensor) => tf.add(tf.mul(a, zt), tf.mul(b, tf.reshape(gammaT, [1, 1])));
    const given = { noise: tf.tensor2d([[noise]]), noise0: tf.tensor2d([[noise0]]), t: [t], levels, steps };
    const { prior, reconstruction, diffusion } = vdmLoss(epsHat, gamma, tf.tensor2d([[x]]), given);
    return tf.addN([prior, reconstruction, diffusion]);
  };
  const variables = [model, ...gamma.variables];
  const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(gradientOf(loss, model))), variables);

  // In float64 the differences are exact to 1e-7; float32 keeps 1e-6 of terms that reach some hundreds.
  const slope = (f: (p: number[]) => number, p: number[], i: number, h: number) => {
    const moved = (by: number) => f(p.map((v, k) => (k === i ? v + by : v)));
    return (moved(h) - moved(-h)) / (2 * h);
  };
  const squared = (p: number[]) =>
    [0, 1].reduce((sum, i) => sum + slope((q) => hostLoss(q, t, steps), p, i, 1e-4) ** 2, 0);
  const actual: number[] = [];
  for (const variable of variables) actual.push(...(await grads[variable.name].data()));
  const expected = initial.map((_, i) => slope(squared, initial, i, 1e-3));
  expect(await value.data()).toBeAllClose([squared(initial)], { rtol: 1e-4, atol: 1e-4 });
  expect(actual).toBeAllClose(expected, { rtol: 1e-3, atol: 1e-3 });
  tf.dispose([value, grads, model]);
  gamma.dispose();
});
