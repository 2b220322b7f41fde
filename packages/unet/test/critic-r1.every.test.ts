import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { r1Penalty } from '@diffgan/fgan-losses';
import { callModel, foldIn, key, normalArray } from '@diffgan/ops';
import { ddganDiscriminator } from '@diffgan/unet';
import * as configs from './configs.ts';
import { type CriticInputs, criticReference, type Weights } from './critic-float64.ts';
import { nameOf, randomiseWeights, readWeights } from './weights.ts';

const gamma = 0.5;
const shape = { ...configs.critic, imageSize: 8 };
const image: [number, number, number, number] = [4, 8, 8, 1];
const inputs: CriticInputs = { xPrev: normalArray(key(1), 256), xt: normalArray(key(2), 256), position: [0, 1, 2, 3] };

type Vectors = Record<string, Float32Array>;

/** The critic with random weights, so that nothing is hidden by a zero. */
function randomCritic() {
  const model = ddganDiscriminator(configs.critic);
  randomiseWeights(model, key(3));
  const score = (x: tf.Tensor) =>
    callModel(model, [x, tf.tensor4d(Float32Array.from(inputs.xt), image), tf.tensor1d(Array.from(inputs.position))]);
  return { model, score, xPrev: () => tf.tensor4d(Float32Array.from(inputs.xPrev), image) };
}

test('the float64 reference has the right gradient and the logits of the critic', async () => {
  const { model, score, xPrev } = randomCritic();
  const weights = await readWeights(model);
  const { logits, gradient } = criticReference(weights, inputs, shape);
  const step = 1e-6; // rounding gives 1e-14/1e-6
  const moved = (i: number, by: number) => {
    const x = Float64Array.from(inputs.xPrev, (v, j) => (i === j ? v + by : v));
    return criticReference(weights, { ...inputs, xPrev: x }, shape).logits.reduce((a, b) => a + b);
  };
  for (const i of [0, 77, 130, 255])
    expect([gradient[i]]).toBeAllClose([(moved(i, step) - moved(i, -step)) / (2 * step)], { rtol: 1e-6, atol: 1e-7 });
  const output = tf.tidy(() => score(xPrev()));
  expect(await output.data()).toBeAllClose(logits, { rtol: 1e-3, atol: 1e-3 }); // WGSL promises sines to 2^-11
  output.dispose();
  model.dispose();
});

/** The penalty and its gradient as training computes them; zero for weights it does not depend on. */
async function deviceGradient({ model, score, xPrev }: ReturnType<typeof randomCritic>) {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const { value, grads } = tf.tidy(() =>
    tf.variableGrads(() => tf.mean(r1Penalty(score, xPrev(), { gamma })), variables),
  );
  const gradient: Vectors = {};
  for (const [i, weight] of model.trainableWeights.entries()) {
    const g = grads[variables[i].name] as tf.Tensor | null;
    gradient[nameOf(weight)] = g ? ((await g.data()) as Float32Array) : new Float32Array(variables[i].size);
  }
  const [penalty] = await value.data();
  tf.dispose([value, grads]);
  return { penalty, gradient };
}

/** mean((γ/2)·‖∇V‖²) in float64. */
function penaltyOf(weights: Weights): number {
  const { gradient } = criticReference(weights, inputs, shape);
  return ((gamma / 2) * gradient.reduce((sum, v) => sum + v * v, 0)) / inputs.position.length;
}

/** Slope of the float64 penalty along a direction that moves the named weights. */
function slope(weights: Vectors, direction: Vectors): number {
  const step = 1e-6; // rounding gives 1e-15/1e-6; hardly any kink of LeakyReLU, where the penalty jumps, lies so near
  const at = (sign: number) => {
    const moved = Object.entries(direction).map(([name, d]) => [
      name,
      Float64Array.from(weights[name], (w, i) => w + sign * step * d[i]),
    ]);
    return penaltyOf({ ...weights, ...(Object.fromEntries(moved) as Weights) });
  };
  return (at(1) - at(-1)) / (2 * step);
}

const norm = (values: Float32Array) => Math.hypot(...values);

test('the gradient of the R1 penalty by every weight agrees with float64 finite differences', async () => {
  const critic = randomCritic();
  const { penalty, gradient } = await deviceGradient(critic);
  const weights = await readWeights(critic.model);
  expect([penalty]).toBeAllClose([penaltyOf(weights)], { rtol: 1e-3, atol: 0 });
  for (const [name, g] of Object.entries(gradient)) {
    // Along its own gradient the slope is the length of the gradient, if it is the gradient; another direction for zeros.
    const length = norm(g);
    const direction = length > 0 ? g.map((v) => v / length) : normalArray(key(4), g.length);
    expect([length], name).toBeAllClose([slope(weights, { [name]: direction })], { rtol: 1e-2, atol: 1e-8 });
  }
  critic.model.dispose();
});

test('so does its slope along random directions of all weights', async () => {
  const critic = randomCritic();
  const { gradient } = await deviceGradient(critic);
  const weights = await readWeights(critic.model);
  for (let i = 0; i < 4; i++) {
    const direction: Vectors = {};
    Object.keys(weights).forEach((name, j) => {
      const values = normalArray(foldIn(foldIn(key(5), i), j), weights[name].length);
      direction[name] = values.map((v) => v / 30); // about a unit vector in the 1 000 dimensions
    });
    const device = Object.entries(gradient).flatMap(([name, g]) => Array.from(g, (v, j) => v * direction[name][j]));
    expect([device.reduce((a, b) => a + b)]).toBeAllClose([slope(weights, direction)], { rtol: 1e-2, atol: 1e-4 });
  }
  critic.model.dispose();
});
