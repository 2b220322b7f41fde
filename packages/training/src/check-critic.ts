import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { r1Penalty } from '@diffgan/fgan-losses';
import { key, normal, split, uniform } from '@diffgan/ops';
import { type LayerOperations, layerOperations } from './layer-operations.ts';
import { TrainedNetwork } from './trained-network.ts';

type Critic = (x: tf.Tensor) => tf.Tensor;

/**
 * Throws unless the penalties of a critic that somebody else made are differentiated right. In TensorFlow.js the gradients of tanh, sigmoid,
 * exp, softmax and what is made of them are computed from their results, which loses the link to what these depend on: the gradient of a
 * penalty is then wrong without a word. Others cannot be differentiated twice at all. What depends on x_t and the position alone is
 * differentiated once, and may be anything.
 *
 * @param score logits of the critic for x_{t−1}, by the weights that `model` has at the time.
 * @param x a batch of x_{t−1}.
 * @throws TypeError naming the layer and what to use instead.
 */
export async function checkCritic(model: LayersModel, score: Critic, x: tf.Tensor): Promise<void> {
  const layers = layerOperations(model, score, x);
  const wrong = find(layers, differentiatedByResult);
  if (wrong) throw refusal(`${wrong} of TensorFlow.js, whose second derivative is wrong`);
  const missing = find(layers, (operation) => notTwice.has(operation));
  if (missing) throw refusal(`${missing} of TensorFlow.js, which cannot be differentiated twice`);
  if (find(layers, (operation) => kinked.has(operation))) return; // where slopes jump, differences do not tell derivatives
  const errors = tf.tidy(() => slopeErrors(model, score, x));
  const values = await errors.data().finally(() => errors.dispose());
  const largest = Math.max(...values);
  if (largest > 0)
    throw refusal(
      `the gradient of a penalty of the critic is off by ${(100 * largest).toFixed(0)} % of its differences`,
    );
}

/** Operations in whose gradient something has none. */
const notTwice = new Set(
  (
    'AvgPool AvgPool3D ClipByValue LeakyRelu Max MaxPool MaxPool3D Min Minimum Prelu Relu6 ResizeBilinear ' +
    'ResizeNearestNeighbor Selu'
  ).split(' '),
);

/** Other operations whose slope jumps; the last one is that of `@diffgan/ops`. */
const kinked = new Set(['Abs', 'Maximum', 'Relu', 'Sign', 'Step', 'DiffganLeakyRelu']);

function differentiatedByResult(operation: string): boolean {
  const results = tf.getGradient(operation)?.outputsToSave ?? [];
  return results.some(Boolean) && !notTwice.has(operation) && operation !== 'Pow'; // whose result is for its exponent
}

/** The first layer with such an operation, for messages. */
function find(layers: readonly LayerOperations[], is: (operation: string) => boolean): string | undefined {
  for (const { layer, operations } of layers) {
    const operation = operations.find(is);
    if (operation !== undefined) return `layer ${layer} of the critic runs ${operation}`;
  }
  return undefined;
}

const refusal = (what: string) =>
  new TypeError(
    `trainDdgan: ${what}, and r1, r2 and gradientPenalty differentiate twice. Use relu or softplus and strides in its place, or a ` +
      'layer of your own around tanh, sigmoid, silu, exp, softmax, leakyRelu or averagePool of @diffgan/ops, or leave penalties out ' +
      'with r1: { gamma: 0 }',
  );

/** Changes of the penalty along a direction: large enough for float32, and small against the penalty. */
const CHANGE = 0.02;
/** What a derivative may be off by, besides what the differences tell of their own error. */
const TOLERANCE = 0.02;
const DIRECTIONS = 3;

/**
 * By how much the slope of the mean penalty differs from its central differences, as a share, in a few directions; 0 where it is within
 * their error. The directions are the gradient and random halves of it, so that the change is as large as it can be.
 */
function slopeErrors(model: LayersModel, score: Critic, x: tf.Tensor): tf.Tensor1D {
  const network = new TrainedNetwork(model);
  const penalty = () => tf.mean<tf.Scalar>(r1Penalty(score, x, { gamma: 2 }));
  const [ofWeights, ...keys] = split(key(0), DIRECTIONS);
  const start = network.start().parameters;
  const drawn = tf.mul<tf.Tensor1D>(0.1, normal<tf.Rank.R1>(ofWeights, [start.size]));
  const weights = tf.where(tf.equal(start, 0), drawn, start); // zeros would hide what multiplies them
  const { value, gradient } = network.gradient(weights, penalty);
  const directions = [
    gradient,
    ...keys.map((half) => tf.mul<tf.Tensor1D>(gradient, tf.round(uniform(half, [start.size])))),
  ];
  const errors = directions.map((direction) => {
    const slope = tf.sum(tf.mul(gradient, direction));
    const step = tf.div<tf.Scalar>(tf.mul(CHANGE, value), slope);
    const at = (steps: number) =>
      network.with(tf.add<tf.Tensor1D>(weights, tf.mul(tf.mul(steps, step), direction)), penalty);
    const difference = (steps: number) => tf.div(tf.sub(at(steps), at(-steps)), tf.mul(2 * steps, step));
    const [whole, half] = [difference(1), difference(0.5)];
    const better = tf.div(tf.sub(tf.mul(4, half), whole), 3); // of fourth order
    const doubt = tf.mul(2, tf.abs(tf.sub(half, whole)));
    const excess = tf.sub(tf.abs(tf.sub(better, slope)), tf.add(doubt, tf.mul(TOLERANCE, tf.abs(slope))));
    const share = tf.div(tf.abs(tf.sub(better, slope)), tf.abs(better));
    return tf.where(tf.greater(excess, 0), share, 0);
  });
  return tf.stack(errors) as tf.Tensor1D;
}
