import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { imageDataset } from '@diffgan/data';
import { run } from '@diffgan/samplers';
import { trainDdgan, type TrainDdganOptions, trainDdpm, type TrainDdpmOptions } from '@diffgan/training';
import { trainToy } from './run.ts';
import { makeDenoiser, makeNetworks, schedule, shortRun, squares } from './toy.ts';

const large = imageDataset({
  ...{ name: 'large', split: 'train', images: new Uint8Array(4 * 256), count: 4 },
  ...{ height: 16, width: 16, channels: 1 },
});

test.each<[what: string, options: Partial<TrainDdganOptions>]>([
  ['steps is 0', { steps: 0 }],
  ['steps is 1.5', { steps: 1.5 }],
  ['batch is 0', { batch: 0 }],
  ['batch is 25 but squares has 24 images', { batch: 25 }],
  ['batch is 3; the critic compares groups of 2', { batch: 3 }],
  ['learningRate.generator is -1', { learningRate: { generator: -1, critic: 0 } }],
  ['learningRate.critic is undefined', { learningRate: { generator: 1 } as { generator: number; critic: number } }],
  ['finalLearningRate is NaN', { finalLearningRate: NaN }],
  ['r1.every is 0', { r1: { gamma: 1, every: 0 } }],
  ['r1.gamma is Infinity', { r1: { gamma: Infinity, every: 1 } }],
  ['r2.gamma is -1', { r2: { gamma: -1 } }],
  ["name is 'kl', which has no relativistic form", { loss: { name: 'kl', relativistic: true } }],
  ['timesteps[1] is -1', { timesteps: [1, -1, 0, 0] }],
  ['timesteps has 3 weights, but the schedule has 4 steps', { timesteps: [1, 1, 1] }],
  ['timesteps is [0,0,0,0]', { timesteps: [0, 0, 0, 0] }],
  ['timesteps.uniform is 2', { timesteps: { by: 'auc', uniform: 2 } }],
  ['timesteps is "lossAware"', { timesteps: 'lossAware' as 'auc' }],
  ['criticAugment is 2', { criticAugment: 2 }],
  ['reconstruction is -1', { reconstruction: -1 }],
  ['reconstructionOf is "noise"', { reconstructionOf: 'noise' as 'eps' }],
  ['reconstruction.to is -1', { reconstruction: { from: 1, to: -1, until: 1 } }],
  ['reconstruction.until is 0', { reconstruction: { from: 1, until: 0 } }],
  [
    'reconstruction.until is 0.5, a share of the run, but only the clock ends it',
    { steps: undefined, minutes: 1, reconstruction: { from: 1, until: 0.5 } },
  ],
  ['emaDecay is 1', { emaDecay: 1 }],
  ['adam: beta1 is 2', { adam: { beta1: 2 } }],
  ['checkpoint.every is 0', { checkpoint: { file: 'never-written', every: 0 } }],
  ['images of 16×16×1, but the generator takes 8×8×1', { data: large, batch: 2 }],
])('%s', async (what, options) => {
  const networks = makeNetworks();
  const failure = run(trainDdgan(networks, schedule, shortRun(options)));
  await expect(failure).rejects.toThrow(RangeError);
  await expect(failure).rejects.toThrow(what);
  networks.generator.dispose();
  networks.critic.dispose();
});

test.each<[what: string, options: Partial<TrainDdpmOptions>]>([
  ['learningRate is -1', { learningRate: -1 }],
  ['finalLearningRate is Infinity', { finalLearningRate: Infinity }],
  ['emaDecay is -0.5', { emaDecay: -0.5 }],
  ["edm is given, but predicts is 'v'", { predicts: 'v', edm: {} }],
  ["weight is given, but a network that predicts 'edm' has its own", { predicts: 'edm', weight: () => 1 }],
  ['edm.sigmaData is 0', { predicts: 'edm', edm: { sigmaData: 0 } }],
  ['edm.logSigmaMean is NaN', { predicts: 'edm', edm: { logSigmaMean: NaN } }],
  ['edm.logSigmaStd is -1', { predicts: 'edm', edm: { logSigmaStd: -1 } }],
  ["predicts is 'edm', but the schedule 'vp' tells the network steps", { predicts: 'edm' }],
])('trainDdpm: %s', async (what, options) => {
  const model = makeDenoiser();
  const { data, steps, batch } = shortRun();
  await expect(run(trainDdpm(model, schedule, { data, steps, batch, ...options }))).rejects.toThrow(what);
  model.dispose();
});

test('networks in each other’s place are a TypeError', async () => {
  const { generator, critic } = makeNetworks();
  await expect(run(trainDdgan({ generator: critic, critic: generator }, schedule, shortRun()))).rejects.toThrow(
    /generator is a ddgan-discriminator; make it with ddganGenerator/,
  );
  await expect(run(trainDdgan({ generator, critic: generator }, schedule, shortRun()))).rejects.toThrow(TypeError);
  await expect(run(trainDdpm(generator, schedule, { data: squares(), steps: 1, batch: 4 }))).rejects.toThrow(
    /make it with ddpmUnet/,
  );
  generator.dispose();
  critic.dispose();
});

test('a trainer that is never started holds no tensors', async () => {
  const networks = makeNetworks();
  const before = tf.memory().numTensors;
  const training = trainDdgan(networks, schedule, shortRun());
  expect(tf.memory().numTensors).toBe(before);
  await training.return(undefined as never);
  networks.generator.dispose();
  networks.critic.dispose();
});

test('breaking out of the loop leaves no tensors', async () => {
  const networks = makeNetworks();
  for await (const event of trainDdgan(networks, schedule, shortRun()))
    if (event.type === 'step' && event.step === 2) break;
  networks.generator.dispose();
  networks.critic.dispose();
});

test('a consumer that throws leaves no tensors', async () => {
  const { error } = await trainToy(shortRun(), () => {
    throw new Error('enough');
  });
  expect(error).toEqual(new Error('enough'));
});
