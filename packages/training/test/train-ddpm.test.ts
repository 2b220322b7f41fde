import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { key } from '@diffgan/ops';
import { run } from '@diffgan/samplers';
import { linearSchedule } from '@diffgan/schedule';
import { trainDdpm } from '@diffgan/training';
import { makeDenoiser, squares } from './toy.ts';

test('trainDdpm lowers its loss and returns the average', async () => {
  const model = makeDenoiser();
  const losses: number[] = [];
  const options = { data: squares(), steps: 60, batch: 8, key: key(1), learningRate: 5e-3 };
  const { steps, averages } = await run(trainDdpm(model, linearSchedule(100), options), (event) => {
    if (event.type === 'step') losses.push(event.losses.denoiser);
  });
  expect(steps).toBe(60);
  expect(losses).toHaveLength(60);
  // The network starts at zero, whose loss is the variance of 512 normal numbers: 1 ± 0.06.
  expect(losses[0]).toBeGreaterThan(0.8);
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  expect(mean(losses.slice(-10))).toBeLessThan(0.7);
  expect(averages.denoiser.size).toBe(model.countParams());
  tf.dispose(averages);
  model.dispose();
});
