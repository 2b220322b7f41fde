import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { foldIn, key, normalArray, split } from '@diffgan/ops';
import { ddimInvert, ddimSampler, ddpmSampler, eulerAncestralSampler, eulerSampler, run } from '@diffgan/samplers';
import { linearSchedule, respace, vpSchedule } from '@diffgan/schedule';
import { gaussianMixture } from '../../../test/oracles.ts';
import { vector } from '../../../test/vectors.ts';
import { valuesOf } from './values-of.ts';

const mixture = gaussianMixture({ means: [[-0.6, 0.2], [0.5, 0.4]], std: 0.2 }); // prettier-ignore
const shape = [8, 2];

test.each(['0.0', '0.5', '1.0'] as const)('a step from 600 to 500 has the reference value for η = %s', async (eta) => {
  const { expected, float32 } = vector<Record<typeof eta, { sigma: number; xPrev: number }>>('sample.ddim');
  const xT = tf.tensor2d([[0.9]]);
  const options = { xT, key: key(1), from: 2, until: 1, clip: false, eta: Number(eta) };
  const sampling = ddimSampler((x) => tf.fill(x.shape, 0.6), respace(linearSchedule(), [500, 600]), options);
  const [z] = normalArray(split(foldIn(key(1), 2))[1], 1);
  const { sigma, xPrev } = expected[eta];
  expect(await valuesOf(await run(sampling))).toBeAllClose([xPrev + sigma * (z + 0.75)], float32);
  xT.dispose();
});

test('with η = 1 it is ancestral sampling with the variance of the posterior', async () => {
  const schedule = respace(linearSchedule(), 10);
  const model = mixture.denoiser(schedule);
  const ddim = await valuesOf(await run(ddimSampler(model, schedule, { shape, eta: 1 })));
  const ddpm = await valuesOf(await run(ddpmSampler(model, schedule, { shape, variance: 'fixedSmall' })));
  // Ten steps, each rounding numbers up to 4 in about ten operations.
  expect(ddim).toBeAllClose(ddpm, { rtol: 0, atol: 5e-5 });
});

test('with η = 0 it is Euler’s method', async () => {
  const schedule = respace(linearSchedule(), 10);
  const model = mixture.denoiser(schedule);
  const ddim = await valuesOf(await run(ddimSampler(model, schedule, { shape })));
  expect(await valuesOf(await run(eulerSampler(model, schedule, { shape })))).toBeAllClose(ddim, { atol: 5e-5 });
});

test('with η = 1 it is Euler’s ancestral method', async () => {
  const schedule = respace(linearSchedule(), 10);
  const model = mixture.denoiser(schedule);
  const ddim = await valuesOf(await run(ddimSampler(model, schedule, { shape, eta: 1 })));
  const euler = await valuesOf(await run(eulerAncestralSampler(model, schedule, { shape })));
  expect(euler).toBeAllClose(ddim, { rtol: 0, atol: 5e-5 });
});

test('decodes what ddimInvert encoded; the error falls with the number of steps', async () => {
  const x0 = tf.tensor2d([[-0.7, 0.1], [0.4, 0.6], [0.55, 0.35], [-0.5, 0.3]]); // prettier-ignore
  const errors: number[] = [];
  for (const steps of [25, 100, 400]) {
    const schedule = respace(linearSchedule(), steps);
    const model = mixture.denoiser(schedule);
    const xT = await run(ddimInvert(model, schedule, { x0 }));
    const decoded = await run(ddimSampler(model, schedule, { xT, clip: false }));
    const [error] = await valuesOf(tf.tidy(() => tf.sqrt(tf.mean(tf.square(tf.sub(decoded, x0))))));
    errors.push(error);
    tf.dispose([xT, decoded]);
  }
  // Both directions are first-order methods.
  expect(errors[1]).toBeLessThan(errors[0] / 2);
  expect(errors[2]).toBeLessThan(errors[1] / 2);
  expect(errors[2]).toBeLessThan(0.02);
  x0.dispose();
});

test('ddimInvert counts up, calls the model at t = 1, 1, 2, 3 and ends where it is told', async () => {
  const seen: number[] = [];
  const positions: tf.Tensor[] = [];
  const x0 = tf.ones([1, 2]);
  const model = (x: tf.Tensor, position: tf.Tensor) => {
    positions.push(tf.keep(tf.clone(position)));
    return tf.mul(x, 0.5);
  };
  (await run(ddimInvert(model, vpSchedule(4), { x0 }), ({ t }) => seen.push(t))).dispose();
  (await run(ddimInvert(model, vpSchedule(4), { x0, until: 2 }), ({ t }) => seen.push(t))).dispose();
  expect(seen).toEqual([1, 2, 3, 4, 1, 2]);
  expect((await Promise.all(positions.map(valuesOf))).flat()).toEqual([0, 0, 1, 2, 0, 0]);
  await expect(run(ddimInvert(model, vpSchedule(4), { x0, until: 5 }))).rejects.toThrow('ddimInvert: until is 5');
  x0.dispose();
});

test.each([-0.1, 1.1, NaN])('η = %s is refused', async (eta) => {
  const sampling = run(ddimSampler((x) => x, vpSchedule(4), { shape, eta }));
  await expect(sampling).rejects.toThrow(`ddimSampler: eta is ${eta}`);
});

test('inversion frees everything when broken off, aborted or failing, and leaves x0 alone', async () => {
  const schedule = vpSchedule(8);
  const model = mixture.denoiser(schedule);
  const x0 = tf.zeros(shape);
  const before = tf.memory().numTensors;
  for await (const { preview, index } of ddimInvert(model, schedule, { x0, preview: true })) {
    preview?.dispose();
    if (index === 2) break;
  }
  expect(tf.memory().numTensors).toBe(before);
  const controller = new AbortController();
  const aborted = run(ddimInvert(model, schedule, { x0, signal: controller.signal }), () => controller.abort());
  await expect(aborted).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(tf.memory().numTensors).toBe(before);
  await expect(run(ddimInvert((x) => tf.concat([x, x], 1), schedule, { x0 }))).rejects.toThrow('ddimInvert');
  expect(tf.memory().numTensors).toBe(before);
  expect(await valuesOf(x0)).toBeAllClose(0);
});
