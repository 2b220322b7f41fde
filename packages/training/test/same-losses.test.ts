import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { key } from '@diffgan/ops';
import { run } from '@diffgan/samplers';
import { linearSchedule } from '@diffgan/schedule';
import { trainDdgan, trainDdpm } from '@diffgan/training';
import { makeDenoiser, makeNetworks, schedule, shortRun, squares } from './toy.ts';

// Losses of 20 steps on the `cpu` backend, which is plain JavaScript, from the keys below.
const denoiserLosses = [
  1.02015, 0.9201577, 0.9531726, 0.9793925, 1.071025, 1.019958, 1.068984, 0.914055, 0.9506086, 0.9404702, 0.9146016,
  1.046905, 0.9970081, 0.9622026, 0.8783832, 0.973569, 0.8358876, 0.921626, 0.9602742, 0.9976485,
];
const generatorLosses = [
  0.6663983, 0.5121995, 0.609108, 0.5734726, 0.5310918, 0.5273654, 0.6068523, 0.624463, 0.5072039, 0.7126793, 0.7091935,
  0.5873697, 0.5952243, 0.4733629, 0.6160198, 0.5809329, 0.7427967, 0.505237, 0.7950117, 0.6216685,
];
const criticLosses = [
  1.243587, 1.302635, 1.315518, 1.263358, 1.272668, 1.479617, 1.485236, 1.020472, 1.410802, 1.277165, 1.186005,
  1.137785, 1.181443, 1.256555, 1.097289, 1.516585, 1.239181, 0.9916475, 1.327982, 1.429652,
];

// Every backend rounds differently, about 1e-7 a step, and Adam's first steps, which are ±rate whatever the gradient, magnify that.
const tolerance = { rtol: 1e-4, atol: 1e-6 };

test('20 steps of trainDdpm have the same losses on every backend, compiled or not', async () => {
  const model = makeDenoiser();
  const losses: number[] = [];
  const options = { data: squares(), steps: 20, batch: 8, key: key(1) };
  const { averages } = await run(trainDdpm(model, linearSchedule(100), options), (event) => {
    if (event.type === 'step') losses.push(event.losses.denoiser);
  });
  tf.dispose(averages);
  model.dispose();
  expect(losses).toBeAllClose(denoiserLosses, tolerance);
});

test('20 steps of trainDdgan have the same losses on every backend, compiled or not', async () => {
  const { generator, critic } = makeNetworks();
  const losses: Record<'generator' | 'critic', number[]> = { generator: [], critic: [] };
  const { averages } = await run(trainDdgan({ generator, critic }, schedule, shortRun({ steps: 20 })), (event) => {
    if (event.type !== 'step') return;
    losses.generator.push(event.losses.generator);
    losses.critic.push(event.losses.critic);
  });
  tf.dispose(averages);
  [generator, critic].forEach((model) => model.dispose());
  expect(losses.generator).toBeAllClose(generatorLosses, tolerance);
  expect(losses.critic).toBeAllClose(criticLosses, tolerance);
});
