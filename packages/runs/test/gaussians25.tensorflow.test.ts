import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { run } from '@diffgan/samplers';
import type { PointData } from '../src/run/data-config.ts';
import { keysOf } from '../src/run/keys.ts';
import { drawToyData } from '../src/run/toy-data.ts';
import { makeModels, type RunConfig, startTraining } from '../src/tasks/tasks.ts';
import { resolveConfig } from '../src/train/resolve-config.ts';

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

/** Shares of the pairs in which the critic takes the real one for the better one, step by step. */
async function separations(config: RunConfig): Promise<number[]> {
  const models = makeModels(config);
  const found: number[] = [];
  const data = drawToyData({ ...(config.data as PointData), count: 2000 }).train;
  const { averages } = await run(startTraining(config, models, { data, key: keysOf(1).training }), (event) => {
    if (event.type === 'step') found.push(event.measures['critic.separation']);
  });
  tf.dispose(averages);
  models.dispose();
  return found;
}

it.each(['gan', 'hellinger2', 'rkl', 'tv', 'wgan'])(
  'gaussians25-ddgan with %s: the critic learns to tell data from samples, and all stays finite',
  { timeout: 120_000 },
  async (loss) => {
    const set = [`training.loss=${loss}`];
    const { config } = await resolveConfig({ preset: 'gaussians25-ddgan', steps: 60, set });
    // The trainer throws for what is not finite. 40 batches of 256 pairs have a standard error of 0.005.
    expect(mean((await separations(config)).slice(-40))).toBeGreaterThan(0.55);
  },
);

it('slopes of the critic cost something for the losses that have no best critic', async () => {
  const trainingWith = async (...set: string[]) =>
    (await resolveConfig({ preset: 'gaussians25-ddgan', set })).config.training;
  const slopesCost = { gradientPenalty: { lambda: 0.3, target: 0 } };
  expect(await trainingWith('training.loss=wgan')).toMatchObject(slopesCost);
  expect(await trainingWith('training.loss={"name":"tv"}')).toMatchObject(slopesCost);
  expect(await trainingWith('training.loss=rkl')).not.toHaveProperty('gradientPenalty');
  expect(await trainingWith()).not.toHaveProperty('gradientPenalty');
});
