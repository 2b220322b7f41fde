import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { vdmStep } from '@diffgan/objectives';
import { foldIn, key, normalArray, split } from '@diffgan/ops';
import { run, vdmSampler, type VdmSamplerOptions } from '@diffgan/samplers';
import { gammaToAlphaSigma, linearGamma } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';
import { valuesOf } from './values-of.ts';

test('a step has the reference value', async () => {
  const { expected, float32 } = vector<{ zs: number }>('sample.vdm');
  const gamma = (t: number) => -3 + 4.5 * t;
  const xT = tf.tensor2d([[-0.2036474862825417]]);
  const options = { xT, steps: 1, key: key(2), decode: 'none' as const };
  const zs = await valuesOf(await run(vdmSampler((z) => tf.fill(z.shape, -0.1), gamma, options)));
  const [z] = normalArray(split(foldIn(key(2), 1))[1], 1);
  expect(zs).toBeAllClose([expected.zs + vdmStep(1.5, -3).sigma * (z - 0.5)], float32);
  xT.dispose();
});

/** The exact denoiser of data N(0, ¼) at γ_t. */
const denoiser = (z: tf.Tensor, gamma: tf.Tensor) => {
  const alpha2 = tf.sigmoid(tf.neg(gamma));
  const variance = tf.sigmoid(gamma);
  const slope = tf.div(tf.sqrt(variance), tf.add(tf.mul(0.25, alpha2), variance));
  return tf.mul(tf.reshape(slope, [-1, 1]), z);
};

test('with the exact denoiser of N(0, ¼) z_0 has the variance the theory gives', async () => {
  const steps = 20;
  const gamma = linearGamma();
  let expected = 1;
  for (let i = steps; i >= 1; i--) {
    const [at, to] = [gamma(i / steps), gamma((i - 1) / steps)];
    const { scale, epsWeight, sigma } = vdmStep(at, to);
    const { alpha2, sigma: noise } = gammaToAlphaSigma(at);
    expected = (scale * (1 - (epsWeight * noise) / (0.25 * alpha2 + noise ** 2))) ** 2 * expected + sigma ** 2;
  }
  const options = { shape: [100, 500], steps, key: key(3), decode: 'none' as const };
  const values = await valuesOf(await run(vdmSampler(denoiser, gamma, options)));
  const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length;
  // Five standard errors.
  expect([variance]).toBeAllClose([expected], { rtol: 5 * Math.sqrt(2 / values.length), atol: 0 });
});

test('samples are values of the 256 levels, whatever the draw', async () => {
  for (const decode of ['argmax', 'draw'] as const) {
    const options = { shape: [4, 25], steps: 5, decode };
    const levels = (await valuesOf(await run(vdmSampler(denoiser, linearGamma(), options)))).map(
      (x) => (x + 1) * 128 - 0.5,
    );
    expect(levels).toBeAllClose(levels.map(Math.round), { rtol: 0, atol: 1e-4 });
    expect(Math.min(...levels)).toBeGreaterThan(-0.1);
    expect(Math.max(...levels)).toBeLessThan(255.1);
  }
});

test('decodes to the nearest level, or draws among those that z_0 allows', async () => {
  const xT = tf.tensor2d([[-1.2, -0.4, 0.1, 0.45, 0.9]]);
  // With γ nearly constant a step barely moves z.
  const gamma = (t: number) => -6 + 1e-9 * t;
  const sample = (options: Partial<VdmSamplerOptions>) =>
    run(vdmSampler((z) => tf.zerosLike(z), gamma, { xT, steps: 1, levels: 4, ...options } as VdmSamplerOptions));
  expect(await valuesOf(await sample({}))).toBeAllClose([-0.75, -0.25, 0.25, 0.25, 0.75], { atol: 1e-6 });

  const wide = (t: number) => 0 + 1e-9 * t; // σ_0 / α_0 = 1: every level is possible
  const many = tf.fill([1, 4000], 0.25 * Math.SQRT1_2);
  const drawn = await valuesOf(
    await run(vdmSampler((z) => tf.zerosLike(z), wide, { xT: many, steps: 1, levels: 4, decode: 'draw' })),
  );
  const values = [-0.75, -0.25, 0.25, 0.75];
  const weights = values.map((x) => Math.exp(-0.5 * (x - 0.25) ** 2));
  const total = weights.reduce((sum, w) => sum + w, 0);
  for (const [k, value] of values.entries()) {
    const share = drawn.filter((x) => Math.abs(x - value) < 1e-5).length / drawn.length;
    const p = weights[k] / total;
    expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / drawn.length));
  }
  tf.dispose([xT, many]);
});

test.each([
  [{ steps: 0 }, 'steps is 0'],
  [{ steps: 2, levels: 1 }, 'levels is 1'],
  [{ steps: 2, decode: 'mode' }, "decode is 'mode'"],
  [{ steps: 2, predicts: 'mean' }, "predicts is 'mean'"],
])('%j is refused', async (options, message) => {
  const sampling = run(vdmSampler((z) => z, linearGamma(), { shape: [1, 1], ...options } as VdmSamplerOptions));
  await expect(sampling).rejects.toThrow(message);
});
