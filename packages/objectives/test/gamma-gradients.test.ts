import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { gammaGradients, type GammaNetwork, gammaNetwork, vdmLoss } from '@diffgan/objectives';
import { foldIn, key, normal } from '@diffgan/ops';
import { valuesOf } from '../../../test/values-of.ts';
import { gaussianDenoiser } from './vdm-gaussian.ts';

const s2 = 0.25;
const dimensions = 16;

/** L̂ of each example of a batch of Gaussian data with the exact denoiser, fixed by the seed. */
function diffusion(gamma: GammaNetwork, seed: number, batch: number): tf.Tensor1D {
  const x0 = tf.mul(Math.sqrt(s2), normal(foldIn(key(1), seed), [batch, dimensions]));
  return vdmLoss(gaussianDenoiser(s2), gamma, x0, { levels: 0, key: foldIn(key(2), seed) }).diffusion;
}

/** Mean and variance of L̂ of one example. */
async function moments(gamma: GammaNetwork) {
  const losses = await valuesOf(() => diffusion(gamma, 1e6, 8192));
  const mean = losses.reduce((a, b) => a + b) / losses.length;
  return { mean, variance: losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / losses.length };
}

describe('training the interior of the schedule', () => {
  async function train(which: 'variance' | 'bound') {
    const gamma = gammaNetwork({ hidden: 16, positive: 'abs', learnEndPoints: false });
    const before = await moments(gamma);
    const optimizer = tf.train.adam(0.05);
    for (let step = 0; step < 60; step++) {
      const groups =
        which === 'variance' ? { bound: [], interior: gamma.interior } : { bound: gamma.interior, interior: [] };
      const { value, grads } = gammaGradients(() => diffusion(gamma, step, 256), groups);
      optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
      tf.dispose([value, grads]);
    }
    const after = await moments(gamma);
    optimizer.dispose();
    gamma.dispose();
    return { before, after };
  }

  test('by the square of the estimate lowers its variance and leaves its mean', async () => {
    const { before, after } = await train('variance');
    expect(after.variance).toBeLessThan(0.5 * before.variance); // seen: 5664 to 2176
    const error = Math.sqrt((before.variance + after.variance) / 8192);
    expect(Math.abs(after.mean - before.mean)).toBeLessThan(4 * error);
  });

  test('by the bound itself does not: its gradient is noise', async () => {
    const { before, after } = await train('bound');
    expect(after.variance).toBeGreaterThan(0.8 * before.variance); // seen: 5664 to 22613
  });
});

/** The estimates η x + c² of two examples, x = 1 and 2. */
function toy() {
  const [eta, c] = tf.tidy(() => [tf.variable(tf.scalar(0.5)), tf.variable(tf.scalar(3))]);
  const loss = () => tf.add<tf.Tensor1D>(tf.mul(eta, tf.tensor1d([1, 2])), tf.square(c));
  return { eta, c, loss, dispose: () => tf.dispose([eta, c]) };
}

test('of a vector: the mean by the bound variables, the mean square by the interior', async () => {
  const { eta, c, loss, dispose } = toy();
  const { value, grads } = gammaGradients(loss, { bound: [c], interior: [eta] });
  expect(await value.data()).toBeAllClose([9.75]);
  expect(await grads[c.name].data()).toBeAllClose([6]);
  expect(await grads[eta.name].data()).toBeAllClose([9.5 * 1 + 10 * 2]); // mean of 2 L_i x_i
  tf.dispose([value, grads]);
  dispose();
});

test('of a scalar: 2 L̂ times its gradient, in one pass', async () => {
  const { eta, c, loss, dispose } = toy();
  let calls = 0;
  const average = () => {
    calls++;
    return tf.mean(loss());
  };
  const { value, grads } = gammaGradients(average, { bound: [c], interior: [eta] });
  expect(await grads[c.name].data()).toBeAllClose([6]);
  expect(await grads[eta.name].data()).toBeAllClose([2 * 9.75 * 1.5]);
  expect(calls).toBe(1);
  tf.dispose([value, grads]);
  dispose();
});
