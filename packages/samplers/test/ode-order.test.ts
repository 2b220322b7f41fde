import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { dpmSolverSampler, eulerSampler, heunSampler, run } from '@diffgan/samplers';
import { linearSchedule } from '@diffgan/schedule';
import { gaussianMixture } from '../../../test/oracles.ts';
import { valuesOf } from './values-of.ts';

const schedule = linearSchedule();
const samplers = { eulerSampler, heunSampler, dpmSolverSampler };

/** σ from 20 to 0.5, equal steps of log σ: the network's positions between steps are exact for the oracle. */
const grid = (n: number) => Float64Array.from({ length: n + 1 }, (_, i) => 20 * 0.025 ** (i / n));

test.each([
  ['eulerSampler', 1],
  ['heunSampler', 2],
  ['dpmSolverSampler', 2],
] as const)('%s is of order %d', async (name, order) => {
  // For N(0, s²) the ODE keeps x̄ / √(s² + σ²).
  const model = gaussianMixture({ means: [[0, 0]], std: 0.5 }).denoiser(schedule);
  const [first, last] = [20, 0.5];
  const factor = (sigma: number) => Math.sqrt((0.25 + sigma ** 2) / (1 + sigma ** 2)); // of x_t = x̄ / √(1 + σ²)
  const start = [1.5, -0.7];
  const exact = start.map((x) => (x * factor(last)) / factor(first));
  const xT = tf.tensor2d([start]);
  const errors: number[] = [];
  const counts = [12, 24, 48];
  for (const n of counts) {
    const x = await valuesOf(await run(samplers[name](model, schedule, { xT, sigmas: grid(n), clip: false })));
    errors.push(Math.hypot(x[0] - exact[0], x[1] - exact[1]));
  }
  const slopes = [1, 2].map((i) => Math.log2(errors[i - 1] / errors[i]));
  // The order shows in the limit; a method of another order is off by about 1.
  for (const slope of slopes) expect(Math.abs(slope - order), `slopes ${slopes}, errors ${errors}`).toBeLessThan(0.3);
  xT.dispose();
});
