import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { edmDenoiser, edmPreconditioning } from '@diffgan/objectives';
import { key } from '@diffgan/ops';
import { ddpmSampler, dpmSolverSampler, heunSampler, run, uniPcSampler } from '@diffgan/samplers';
import { edmSchedule, karrasSigmas, respace } from '@diffgan/schedule';
import { valuesOf } from './values-of.ts';

const axis = [-1, 0, 1];
const means = axis.flatMap((x) => axis.map((y) => [x, y]));
const std = 0.05;
const sigmaData = 0.8;

/** F of the exact denoiser of nine Gaussians of the plane, solved for from D = c_skip x + c_out F(c_in x; c_noise). */
const exactNetwork = (scaled: tf.Tensor, position: tf.Tensor) =>
  tf.tidy(() => {
    const sigma = tf.reshape(tf.exp(tf.mul(4, position)), [-1, 1]);
    const c = edmPreconditioning(sigma, { sigmaData });
    const x = tf.div(scaled, c.in);
    const variance = tf.add(tf.square(sigma), std ** 2);
    const centred = tf.sub(tf.expandDims(x, 1), tf.tensor3d([means])); // [B, 9, 2]
    const chances = tf.softmax(tf.div(tf.sum(tf.square(centred), 2), tf.mul(-2, variance)));
    const gain = tf.expandDims(tf.div(std ** 2, variance), -1);
    const denoised = tf.sum(tf.mul(tf.expandDims(chances, -1), tf.add(tf.tensor3d([means]), tf.mul(gain, centred))), 1);
    return tf.div(tf.sub(denoised, tf.mul(c.skip, x)), c.out);
  });
const denoiser = edmDenoiser(exactNetwork, { sigmaData });

const [count, predicts] = [1800, 'x0'] as const;
const options = { shape: [count, 2], key: key(1), clip: false, predicts } as const;
const full = edmSchedule(1000);

test.each([
  ['heunSampler in 18 steps', () => heunSampler(denoiser, edmSchedule(18), options)],
  ['heunSampler with churn in 40', () => heunSampler(denoiser, edmSchedule(40), { ...options, churn: 10 })],
  ['dpmSolverSampler in 30 of 1000', () => dpmSolverSampler(denoiser, respace(full, 30), options)],
  ['uniPcSampler in 30 of 1000', () => uniPcSampler(denoiser, respace(full, 30), options)],
  [
    'ddpmSampler in 200 of 1000',
    () => ddpmSampler(denoiser, respace(full, 200), { ...options, variance: 'fixedSmall' }),
  ],
] as const)('%s finds nine modes with their weights and widths', async (_, sampler) => {
  const x = await valuesOf(await run(sampler()));
  const counts = new Array<number>(means.length).fill(0);
  let squares = 0;
  for (let i = 0; i < x.length; i += 2) {
    const distances = means.map(([a, b]) => (x[i] - a) ** 2 + (x[i + 1] - b) ** 2);
    const nearest = Math.min(...distances);
    counts[distances.indexOf(nearest)]++;
    squares += nearest;
  }
  // Five standard errors of a count with p = 1/9.
  for (const found of counts) expect(Math.abs(found - count / 9)).toBeLessThan(5 * Math.sqrt((count / 9) * (8 / 9)));
  // The width within a tenth: its own standard error is 1/√(4 · 1800) = 0.012; the rest is what the steps leave out.
  expect(Math.abs(Math.sqrt(squares / (2 * count)) / std - 1)).toBeLessThan(0.1);
});

/** x at σ = 0 of dx/dσ = xσ/(σ² + σ_data²) from x = 1 at σ_max, by Heun's method in double precision. */
function plainHeun(steps: number): number {
  const levels = [...karrasSigmas(steps, { sigmaMin: 0.002, sigmaMax: 80 })];
  const slope = (x: number, sigma: number) => (x * sigma) / (sigma ** 2 + sigmaData ** 2);
  return levels.reduce((x, sigma, i) => {
    const next = levels[i + 1] ?? 0;
    const first = slope(x, sigma);
    const guess = x + (next - sigma) * first;
    return next === 0 ? guess : x + ((next - sigma) / 2) * (first + slope(guess, next));
  }, 1);
}

test('a Gaussian goes down as by Heun’s method, towards x̄/√(σ² + σ_data²), which it keeps', async () => {
  const blank = edmDenoiser((x: tf.Tensor) => tf.zerosLike(x), { sigmaData });
  const start = [0.3, -1.2, 0.9, 2];
  const top = Math.sqrt(1 + 80 ** 2); // x̄ = x√(1 + σ²)
  const exact = sigmaData / Math.sqrt(sigmaData ** 2 + 80 ** 2);
  const xT = tf.tensor2d(start, [2, 2]);
  try {
    for (const steps of [18, 200]) {
      const samples = await run(heunSampler(blank, edmSchedule(steps), { xT, clip: false, predicts }));
      // Single precision in each of the steps.
      expect(await valuesOf(samples)).toBeAllClose(
        start.map((x) => plainHeun(steps) * top * x),
        { rtol: steps * 2 ** -23 },
      );
    }
  } finally {
    xT.dispose();
  }
  // Of second order: 4.8e-2 in 18 steps, 3.1e-4 in 200.
  expect(Math.abs(plainHeun(200) / exact - 1)).toBeLessThan((18 / 200) ** 2 * Math.abs(plainHeun(18) / exact - 1));
});

test('of a thousand steps, those spaced as Karras are those of a schedule of as many', async () => {
  const few = await valuesOf(await run(heunSampler(denoiser, edmSchedule(18), { ...options, shape: [16, 2] })));
  const thinned = heunSampler(denoiser, respace(full, 18), { ...options, shape: [16, 2], spacing: 'karras' });
  // The same float64 levels; positions differ by the rounding of an interpolation.
  expect(await valuesOf(await run(thinned))).toBeAllClose(few, { rtol: 0, atol: 1e-3 });
});
