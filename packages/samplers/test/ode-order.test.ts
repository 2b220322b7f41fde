import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { Model } from '@diffgan/ops';
import {
  dpmSolverSampler,
  eulerSampler,
  heunSampler,
  type OdeSamplerOptions,
  run,
  uniPcSampler,
} from '@diffgan/samplers';
import { linearSchedule, type NoiseSchedule } from '@diffgan/schedule';
import { gaussianMixture } from '../../../test/oracles.ts';
import { valuesOf } from './values-of.ts';

const schedule = linearSchedule();
const dpm = (order: 1 | 2 | 3, solver?: 'heun') => (model: Model, on: NoiseSchedule, options: OdeSamplerOptions) =>
  dpmSolverSampler(model, on, { ...options, order, solver });
const uniPc = (order: 1 | 2) => (model: Model, on: NoiseSchedule, options: OdeSamplerOptions) =>
  uniPcSampler(model, on, { ...options, order });
const samplers = {
  eulerSampler,
  heunSampler,
  dpmSolverSampler,
  'dpmSolverSampler, order 1': dpm(1),
  'dpmSolverSampler, heun': dpm(2, 'heun'),
  'dpmSolverSampler, order 3': dpm(3),
  'uniPcSampler, order 1': uniPc(1),
  uniPcSampler: uniPc(2),
};

/** σ from 20 to 0.5, equal steps of log σ: the network's positions between steps are exact for the oracle. */
const grid = (n: number) => Float64Array.from({ length: n + 1 }, (_, i) => 20 * 0.025 ** (i / n));

test.each([
  ['eulerSampler', 1],
  ['heunSampler', 2],
  ['dpmSolverSampler', 2],
  ['dpmSolverSampler, order 1', 1],
  ['dpmSolverSampler, heun', 2],
  ['uniPcSampler, order 1', 2], // the corrector is of one more
  ['uniPcSampler', 2],
] as const)('%s is of order %d', async (name, order) => {
  const errors = await errorsOf(name, [12, 24, 48]);
  const slopes = [1, 2].map((i) => Math.log2(errors[i - 1] / errors[i]));
  // The order shows in the limit; a method of another order is off by about 1.
  for (const slope of slopes) expect(Math.abs(slope - order), `slopes ${slopes}, errors ${errors}`).toBeLessThan(0.3);
});

test('order 3 of dpmSolverSampler is more accurate than order 2', async () => {
  const [second] = await errorsOf('dpmSolverSampler', [24]);
  const [third] = await errorsOf('dpmSolverSampler, order 3', [24]);
  expect(third).toBeLessThan(second / 2);
});

/** The errors of a sampler with n steps, for each n. */
async function errorsOf(name: keyof typeof samplers, counts: readonly number[]): Promise<number[]> {
  // For N(0, s²) the ODE keeps x̄ / √(s² + σ²).
  const model = gaussianMixture({ means: [[0, 0]], std: 0.5 }).denoiser(schedule);
  const [first, last] = [20, 0.5];
  const factor = (sigma: number) => Math.sqrt((0.25 + sigma ** 2) / (1 + sigma ** 2)); // of x_t = x̄ / √(1 + σ²)
  const start = [1.5, -0.7];
  const exact = start.map((x) => (x * factor(last)) / factor(first));
  const xT = tf.tensor2d([start]);
  const errors: number[] = [];
  for (const n of counts) {
    const x = await valuesOf(await run(samplers[name](model, schedule, { xT, sigmas: grid(n), clip: false })));
    errors.push(Math.hypot(x[0] - exact[0], x[1] - exact[1]));
  }
  xT.dispose();
  return errors;
}
