import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { foldIn, key, normalArray, split } from '@diffgan/ops';
import { dpmSolverSampler, eulerSampler, heunSampler, type OdeSamplerOptions, run } from '@diffgan/samplers';
import { karrasSigmas, linearSchedule, rescaleZeroTerminalSnr, vpSchedule } from '@diffgan/schedule';
import { gaussianMixture } from '../../../test/oracles.ts';
import { valuesOf } from './values-of.ts';

const samplers = { eulerSampler, heunSampler, dpmSolverSampler };
const names = Object.keys(samplers) as (keyof typeof samplers)[];
const schedule = linearSchedule();

test.each(names)('%s gives N(0, ¼) its variance on a Karras grid', async (name) => {
  const model = gaussianMixture({ means: [new Array<number>(400).fill(0)], std: 0.5 }).denoiser(schedule);
  const sigmas = karrasSigmas(name === 'eulerSampler' ? 200 : 40, { sigmaMin: 0.01, sigmaMax: 150 });
  const values = await valuesOf(await run(samplers[name](model, schedule, { shape: [100, 400], sigmas, clip: false })));
  const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length;
  // Five standard errors are 3.5 %; Euler's own error is 1 %.
  expect([variance]).toBeAllClose([0.25], { rtol: 0.045, atol: 0 });
});

test.each(names)('%s gives the same samples whether the model predicts ε, x_0 or v', async (name) => {
  const vp = vpSchedule(10);
  const mixture = gaussianMixture({ means: [[0.5, 0], [-0.5, 0.2]], std: 0.2 }); // prettier-ignore
  const [eps, x0] = [mixture.denoiser(vp), mixture.denoiser(vp, 'x0')];
  const at = (values: Float64Array, p: tf.Tensor) =>
    tf.reshape(tf.gather(tf.tensor1d(Array.from(values, Math.sqrt)), tf.cast(p, 'int32')), [-1, 1]);
  const v = (x: tf.Tensor, p: tf.Tensor) =>
    tf.sub(tf.mul(at(vp.alphaBar, p), eps(x, p)), tf.mul(at(vp.oneMinusAlphaBar, p), x0(x, p)));
  const draw = async (model: typeof eps, predicts: OdeSamplerOptions['predicts']) =>
    valuesOf(await run(samplers[name](model, vp, { shape: [5, 2], predicts })));
  const wanted = await draw(eps, 'eps');
  // x̂_0 from ε̂ divides by √ᾱ_T = 0.0066, which multiplies the rounding of float32 by 150.
  expect(await draw(x0, 'x0')).toBeAllClose(wanted, { rtol: 0, atol: 1e-4 });
  expect(await draw(v, 'v')).toBeAllClose(wanted, { rtol: 0, atol: 1e-4 });
});

test('churn raises σ by noise of the step’s key and asks the model there', async () => {
  const [sigma, next] = [2, 1];
  const positions: tf.Tensor[] = [];
  const model = (x: tf.Tensor, position: tf.Tensor) => {
    positions.push(tf.keep(tf.clone(position)));
    return tf.fill(x.shape, 0.3);
  };
  const xT = tf.tensor2d([[0.8]]);
  const options = { xT, key: key(4), clip: false, sigmas: [sigma, next], churnNoise: 1.1 };
  const x = await valuesOf(await run(heunSampler(model, schedule, { ...options, churn: 0.25 })));
  const [z] = normalArray(split(foldIn(key(4), 1))[1], 1);
  const hat = sigma * 1.25;
  const raised = 0.8 * Math.sqrt(1 + sigma ** 2) + 1.1 * Math.sqrt(hat ** 2 - sigma ** 2) * z;
  expect(x).toBeAllClose([(raised + (next - hat) * 0.3) / Math.sqrt(1 + next ** 2)], { rtol: 1e-5 });

  const [at] = await Promise.all(positions.map(valuesOf));
  const below = schedule.gamma.findLastIndex((g) => g / 2 <= Math.log(hat));
  expect(at[0]).toBeGreaterThan(below - 1e-3);
  expect(at[0]).toBeLessThan(below + 1);

  positions.length = 0;
  const outside = await valuesOf(await run(heunSampler(model, schedule, { ...options, churn: 1, churnRange: [3, 9] })));
  await Promise.all(positions.map(valuesOf));
  expect(outside).toBeAllClose([(0.8 * Math.sqrt(5) - 0.3) / Math.SQRT2], { rtol: 1e-5 });
  xT.dispose();
});

test('churn keeps the distribution', async () => {
  const model = gaussianMixture({ means: [new Array<number>(400).fill(0)], std: 0.5 }).denoiser(schedule);
  const sigmas = karrasSigmas(60, { sigmaMin: 0.01, sigmaMax: 150 });
  const options = { shape: [100, 400], sigmas, clip: false, churn: 10 };
  const values = await valuesOf(await run(heunSampler(model, schedule, options)));
  const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length;
  expect([variance]).toBeAllClose([0.25], { rtol: 0.045, atol: 0 });
});

test.each(names)(
  '%s refuses a grid that does not decrease, a prediction of the mean and a schedule without end',
  async (name) => {
    const sample = (options: object, on = schedule) => run(samplers[name]((x) => x, on, { shape: [1, 1], ...options }));
    for (const sigmas of [[1], [1, 1], [1, 2], [1, -1], [Infinity, 1], [2, NaN]])
      await expect(sample({ sigmas })).rejects.toThrow(RangeError);
    await expect(sample({ predicts: 'mean' })).rejects.toThrow(`${name}: predicts is 'mean'; use one of eps, x0, v`);
    await expect(sample({}, rescaleZeroTerminalSnr(schedule))).rejects.toThrow('ends without signal');
  },
);

test('heunSampler refuses negative churn', async () => {
  const sampling = run(heunSampler((x) => x, schedule, { shape: [1, 1], churn: -1 }));
  await expect(sampling).rejects.toThrow('heunSampler: churn is -1');
});
