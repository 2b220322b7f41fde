import type * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { key } from '@diffgan/ops';
import { ddganSampler, ddpmSampler, dpmSolverSampler, heunSampler, run } from '@diffgan/samplers';
import { karrasSigmas, linearSchedule, respace, vpSchedule } from '@diffgan/schedule';
import { gaussianMixture } from '../../../test/oracles.ts';
import { valuesOf } from './values-of.ts';

const axis = [-1, -0.5, 0, 0.5, 1];
const means = axis.flatMap((x) => axis.map((y) => [x, y]));
const std = 0.02;
const mixture = gaussianMixture({ means, std });
const shape = [2500, 2];

/** How many samples lie within three standard deviations of each of the 25 modes. */
async function modeCounts(samples: tf.Tensor): Promise<number[]> {
  const values = await valuesOf(samples);
  const counts = new Array<number>(25).fill(0);
  for (let i = 0; i < values.length; i += 2)
    for (const [k, [x, y]] of means.entries()) if (Math.hypot(values[i] - x, values[i + 1] - y) <= 3 * std) counts[k]++;
  return counts;
}

/** Share of a normal distribution of the plane within three standard deviations. */
const within = 1 - Math.exp(-4.5);

test('the exact generator samples 25 Gaussians with their weights and widths in four steps', async () => {
  const schedule = vpSchedule(4);
  const { generator, latentDim } = mixture;
  const options = { shape, key: key(1), latentDim };
  const counts = await modeCounts(await run(ddganSampler(generator(schedule), schedule, options)));
  // Five standard errors of a count of 2500 with p = 1/25.
  for (const count of counts) expect(Math.abs(count - 100 * within)).toBeLessThan(50);
  const share = counts.reduce((sum, c) => sum + c, 0) / shape[0];
  const error = Math.sqrt((within * (1 - within)) / shape[0]);
  expect(Math.abs(share - within)).toBeLessThan(5 * error);
});

test.each(['ddpmSampler', 'dpmSolverSampler', 'heunSampler'] as const)(
  '%s finds all 25 modes with the exact denoiser',
  async (name) => {
    const full = linearSchedule();
    const few = respace(full, 100);
    const grid = { shape, clip: false, sigmas: karrasSigmas(40, { sigmaMin: 0.01, sigmaMax: 100 }) };
    const samplings = {
      ddpmSampler: () => ddpmSampler(mixture.denoiser(few), few, { shape, variance: 'fixedSmall', clip: false }),
      dpmSolverSampler: () => dpmSolverSampler(mixture.denoiser(full), full, grid),
      heunSampler: () => heunSampler(mixture.denoiser(full), full, { ...grid, churn: 4 }),
    };
    const counts = await modeCounts(await run(samplings[name]()));
    for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(55);
    expect(counts.reduce((sum, c) => sum + c, 0) / shape[0]).toBeGreaterThan(0.97);
  },
);
