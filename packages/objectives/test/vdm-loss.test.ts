import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type Gamma, gammaNetwork, vdmLoss, type VdmLossOptions } from '@diffgan/objectives';
import { key, normal } from '@diffgan/ops';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';
import { gaussianDenoiser } from './vdm-gaussian.ts';

/** A straight line, without variables. */
const line = (gamma0: number, gamma1: number) =>
  gammaNetwork({ kind: 'linear', gamma0, gamma1, learnEndPoints: false });
const zero = (zt: tf.Tensor) => tf.zerosLike(zt);

test('one step of a chain is the reference divergence', async () => {
  const { expected, float32 } = vector<{ zt: number; kl: number }>('vdm.step');
  let seen: tf.Tensor[] = [];
  const diffusion = await valuesOf(() => {
    const model = (...inputs: tf.Tensor[]) => {
      seen = inputs.map((x) => tf.keep(tf.clone(x)));
      return tf.fill([1, 1], -0.1);
    };
    const options = { steps: 1, t: [0.4], noise: tf.tensor2d([[-0.4]]) };
    return vdmLoss(model, line(-3, 1.5), tf.tensor2d([[0.37]]), options).diffusion;
  });
  expect(diffusion).toBeAllClose([expected.kl], float32);
  expect(await seen[0].data()).toBeAllClose([expected.zt], float32);
  expect([seen[1].shape, Array.from(await seen[1].data())]).toEqual([[1], [1.5]]);
  tf.dispose(seen);
});

test('the reconstruction has its reference value', async () => {
  const { expected, float32 } = vector<{ logProb: number }>('vdm.reconstruction');
  const reconstruction = await valuesOf(() => {
    const x0 = tf.tensor2d([[(2 * 200.5) / 256 - 1]]);
    return vdmLoss(zero, line(-8, 5), x0, { noise0: tf.tensor2d([[0.7]]) }).reconstruction;
  });
  expect(reconstruction).toBeAllClose([-expected.logProb], float32);
});

test('the levels of a pixel have probabilities that sum to 1', async () => {
  const levels = 8;
  const z0 = 0.31; // over α_0, so that x = 2 (k + ½)/8 − 1 was given the noise (z_0 − x) e^(−γ_0/2)
  const losses = await valuesOf(() => {
    const x0 = tf.tensor2d(Array.from({ length: levels }, (_, k) => [(2 * (k + 0.5)) / levels - 1]));
    const noise0 = tf.mul(tf.sub(z0, x0), Math.exp(1));
    return vdmLoss(zero, line(-2, 5), x0, { levels, noise0 }).reconstruction;
  });
  expect([losses.reduce((sum, loss) => sum + Math.exp(-loss), 0)]).toBeAllClose([1], { rtol: 1e-5 });
});

test('the bound of data that are no pixels is that of a density', async () => {
  const [s2, gamma0, gamma1] = [0.25, -9, 6];
  const x0 = tf.tensor2d([[0.3, -0.8, 0.1]]);
  const reconstruction = await valuesOf(() => vdmLoss(zero, line(gamma0, gamma1), x0, { levels: 0 }).reconstruction);
  const each = (Math.log(2 * Math.PI * Math.E) + gamma0) / 2;
  expect(reconstruction).toBeAllClose([3 * each]);
  // With the other two terms of normal data and the exact denoiser, it bounds the entropy closely.
  const diffusion = Math.log((1 + Math.exp(-gamma0) * s2) / (1 + Math.exp(-gamma1) * s2)) / 2;
  const noise = 1 / (1 + Math.exp(-gamma1));
  const prior = ((1 - noise) * s2 + noise - Math.log(noise) - 1) / 2;
  const gap = each + diffusion + prior - Math.log(2 * Math.PI * Math.E * s2) / 2;
  expect(gap).toBeGreaterThan(0);
  expect(gap).toBeLessThan(1e-3); // log(1 + e^γ_0 / s²) / 2 = 2.5e-4, and the end of noise
  x0.dispose();
});

test('the prior is the divergence of z_1 from the standard normal distribution', async () => {
  const prior = await valuesOf(() => vdmLoss(zero, line(-3, 1.5), tf.tensor2d([[0.3, -0.8]]), { levels: 0 }).prior);
  const variance = 1 / (1 + Math.exp(-1.5));
  const kl = (x: number) => ((1 - variance) * x * x + variance - Math.log(variance) - 1) / 2;
  expect(prior).toBeAllClose([kl(0.3) + kl(-0.8)]);
});

describe('for Gaussian data and the exact denoiser', () => {
  const s2 = 0.25;
  const [batch, dimensions] = [2048, 16];
  const { expected } = vector<{ L_T: Record<string, number>; L_inf: number }>('vdm.gaussianData');

  /** Mean per dimension, and its standard error from the spread of the examples (too large: antithetic times do better). */
  async function estimate(gamma: Gamma, options: VdmLossOptions) {
    const losses = await valuesOf(() => {
      const x0 = tf.mul(Math.sqrt(s2), normal(key(1), [batch, dimensions]));
      return vdmLoss(gaussianDenoiser(s2), gamma, x0, { levels: 0, ...options }).diffusion;
    });
    const mean = losses.reduce((a, b) => a + b) / batch;
    const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / batch;
    return { mean: mean / dimensions, error: Math.sqrt(variance / batch) / dimensions };
  }

  test.each([
    ['10 steps', { steps: 10 }, expected.L_T['10']],
    ['100 steps', { steps: 100 }, expected.L_T['100']],
    ['continuous time', {}, expected.L_inf],
  ])('the diffusion loss in %s is the closed form', async (_, options, exact) => {
    const { mean, error } = await estimate(line(-13.3, 5), options);
    expect(error).toBeLessThan(0.02 * exact); // seen: 0.29 of 15.73, 0.11 of 6.49 and 0.10 of 5.96
    expect(Math.abs(mean - exact)).toBeLessThan(4 * error); // fails by chance once in 16 000 keys; the key is fixed
  });

  test('its continuous form depends on the end points alone, not on what γ does between them', async () => {
    const bent = gammaNetwork({ hidden: 4, learnEndPoints: false });
    const [w1, , w2, b2, w3] = bent.interior;
    tf.tidy(() => {
      w1.assign(tf.scalar(-1)); // softplus 0.31
      w2.assign(tf.tensor1d([20, 20, 3, 5]));
      b2.assign(tf.tensor1d([-1, -6, -1, -1]));
      w3.assign(tf.tensor1d([2, -8, -8, -8]));
    });
    const middle = await valuesOf(() => bent.at(tf.tensor1d([0.5])));
    expect(Math.abs(middle[0] + 4.15)).toBeGreaterThan(1); // a straight line is at −4.15
    const { mean, error } = await estimate(bent, {});
    expect(error).toBeLessThan(0.03 * expected.L_inf);
    expect(Math.abs(mean - expected.L_inf)).toBeLessThan(4 * error);
    const chain = await estimate(bent, { steps: 10 }); // while that of a chain does
    expect(Math.abs(chain.mean - expected.L_T['10'])).toBeGreaterThan(4 * chain.error);
    bent.dispose();
  });
});

test('a weight of 2/γ′(t) gives the simple loss', async () => {
  const loss = await valuesOf(() => {
    const noise = tf.tensor2d([
      [1, 2],
      [0, 3],
    ]);
    const weight = (snr: tf.Tensor1D) => tf.fill<tf.Rank.R1>(snr.shape, 2 / 18.3);
    return vdmLoss(zero, line(-13.3, 5), tf.zeros([2, 2]), { noise, weight, levels: 0 }).diffusion;
  });
  expect(loss).toBeAllClose([5, 9]);
});

test('a weight sees SNR and times', async () => {
  const loss = await valuesOf(() => {
    const weight = (snr: tf.Tensor1D, t: tf.Tensor1D) => tf.mul<tf.Tensor1D>(snr, t);
    const options = { noise: tf.ones([2, 1]), weight, levels: 0, t: [0.25, 0.5] };
    return vdmLoss(zero, line(-2, 2), tf.zeros([2, 1]), options).diffusion;
  });
  expect(loss).toBeAllClose([2 * Math.exp(1) * 0.25, 2 * 0.5]); // ½γ′ = 2, SNR = e^−γ
});

test('the steps of a chain end where they should: times are rounded up, 0 to the first step', async () => {
  const gammas: number[] = [];
  for (const t of [
    [0, 0.1, 0.7, 1],
    [0.05, 0.11, 0.61, 0.99],
  ]) {
    const seen = await valuesOf(() => {
      let at!: tf.Tensor;
      const model = (zt: tf.Tensor, gamma: tf.Tensor) => {
        at = tf.keep(tf.clone(gamma));
        return tf.zerosLike(zt);
      };
      vdmLoss(model, line(0, 10), tf.zeros([4, 1]), { steps: 10, t, levels: 0 });
      return at;
    });
    gammas.push(...seen);
  }
  expect(gammas).toBeAllClose([1, 1, 7, 10, 1, 2, 7, 10]);
});

test('the same key gives the same loss, another key another', async () => {
  const loss = (seed?: number) =>
    valuesOf(() => {
      const options = { levels: 4, ...(seed === undefined ? {} : { key: key(seed) }) };
      const { reconstruction, diffusion } = vdmLoss(zero, line(-1, 5), tf.ones([2, 3]), options);
      return tf.stack([reconstruction, diffusion]);
    });
  expect(await loss()).toEqual(await loss(0));
  expect(await loss()).not.toEqual(await loss(1));
});

describe('vdmLoss refuses', () => {
  const call =
    (options: () => VdmLossOptions, model = zero) =>
    () =>
      tf.tidy(() => void vdmLoss(model, line(-13.3, 5), tf.zeros([2, 3]), options()));

  test.each([0, 1.5, NaN])('%d steps', (steps) => {
    expect(call(() => ({ steps }))).toThrow(`vdmLoss: steps is ${steps}`);
  });

  test('levels, times and tensors out of range', () => {
    expect(call(() => ({ levels: -1 }))).toThrow(RangeError);
    expect(call(() => ({ t: [0, 1.5] }))).toThrow('vdmLoss: a time is 1.5');
    expect(call(() => ({ t: [0.5] }))).toThrow('vdmLoss: t has 1 times; give one for each of the 2 examples');
    expect(call(() => ({ noise: tf.zeros([2, 1]) }))).toThrow('vdmLoss: noise has shape [2,1]');
    expect(
      call(
        () => ({}),
        () => tf.zeros([2, 1]),
      ),
    ).toThrow('vdmLoss: the prediction has shape [2,1]');
    const scalar = () => tf.tidy(() => void vdmLoss(zero, line(-13.3, 5), tf.scalar(0)));
    expect(scalar).toThrow('vdmLoss: x0 is a scalar');
  });
});
