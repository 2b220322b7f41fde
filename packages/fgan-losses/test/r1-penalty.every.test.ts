import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { r1Penalty } from '@diffgan/fgan-losses';
import { averagePool, key, normalArray, silu, split } from '@diffgan/ops';
import { smallCriticR1, type SmallCriticWeights } from './small-critic-r1.ts';

// conv 3×3 (1 → 3 channels) → silu → averagePool → dense, on images of 8×8
const SIZE = 8;
const CHANNELS = 3;
const GAMMA = 0.05;

const [keyX, keyKernel, keyBias, keyDense] = split(key(2), 4);
const images = normalArray(keyX, 2 * SIZE * SIZE);
const weights: SmallCriticWeights = {
  kernel: Array.from(normalArray(keyKernel, 9 * CHANNELS), (w) => w / 3),
  bias: Array.from(normalArray(keyBias, CHANNELS), (w) => w / 3),
  dense: Array.from(normalArray(keyDense, (SIZE / 2) ** 2 * CHANNELS), (w) => w / 7),
};
const shapes = { kernel: [3, 3, 1, CHANNELS], bias: [CHANNELS], dense: [(SIZE / 2) ** 2 * CHANNELS, 1] };
const names = ['kernel', 'bias', 'dense'] as const;

/** Mean penalty over the batch in float64, at these weights. */
const reference = (w: SmallCriticWeights) => smallCriticR1(images, w, { size: SIZE, gamma: GAMMA });

/** Central differences of the reference; h = 1e-4 leaves errors of h² and 1e-16/h, below 1e-8. */
function finiteDifferences(name: keyof SmallCriticWeights): number[] {
  const h = 1e-4;
  return weights[name].map((value, i) => {
    const at = (v: number) => reference({ ...weights, [name]: weights[name].with(i, v) });
    return (at(value + h) - at(value - h)) / (2 * h);
  });
}

test('R1 of a convolutional critic, and its gradient by the weights, agree with float64 differences', async () => {
  const x = tf.tensor4d(images, [2, SIZE, SIZE, 1]);
  const variables = names.map((name) => tf.tidy(() => tf.variable(tf.tensor(weights[name], shapes[name]))));
  const [kernel, bias, dense] = variables;
  const critic = (input: tf.Tensor) => {
    const features = silu(tf.add(tf.conv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same'), bias));
    return tf.matMul(tf.reshape(averagePool(features as tf.Tensor4D), [2, -1]), dense);
  };
  const { value, grads } = tf.variableGrads(() => tf.mean(r1Penalty(critic, x, { gamma: GAMMA })), variables);

  expect(await value.data()).toBeAllClose([reference(weights)], { rtol: 1e-4 });
  for (const [i, name] of names.entries()) {
    const expected = finiteDifferences(name);
    // Sums of a few hundred float32 products round at 1e-5 of the largest entry; a wrong second derivative of silu is 12 % off.
    const largest = Math.max(...expected.map(Math.abs));
    expect(await grads[variables[i].name].data()).toBeAllClose(expected, { rtol: 1e-3, atol: 1e-4 * largest });
  }
  tf.dispose([x, value, ...Object.values(grads), ...variables]);
});
