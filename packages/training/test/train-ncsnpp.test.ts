import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { key } from '@diffgan/ops';
import { run } from '@diffgan/samplers';
import { trainDdgan } from '@diffgan/training';
import {
  ddganDiscriminator,
  ddganGenerator,
  type NcsnppGeneratorConfig,
  type ResidualDiscriminatorConfig,
} from '@diffgan/unet';
import { generatorConfig, schedule, shortRun } from './toy.ts';

const generator: NcsnppGeneratorConfig = { ...generatorConfig, style: 'ncsnpp', attentionResolutions: [4] };
const critic: ResidualDiscriminatorConfig = {
  kind: 'ddgan-discriminator',
  style: 'small',
  imageSize: 8,
  channels: 1,
  baseChannels: 2,
  timeWidth: 4,
  stddevGroup: 2,
};

const stemOf = async (model: LayersModel) => Array.from(await model.getLayer('stem').weights[0].read().data());

test('the networks of the DDGAN paper train: losses are finite, both move, no tensor is left', async () => {
  const networks = {
    generator: ddganGenerator(generator, { key: key(1) }),
    critic: ddganDiscriminator(critic, { key: key(2) }),
  };
  const models = Object.values(networks);
  const before = await Promise.all(models.map(stemOf));
  const counts = new Set<number>();
  const training = trainDdgan(networks, schedule, shortRun({ steps: 4, r1: { gamma: 0.2, every: 2 } }));
  const { averages } = await run(training, (event) => {
    if (event.type !== 'step') return;
    expect(Object.values(event.losses).every(Number.isFinite)).toBe(true);
    counts.add(tf.memory().numTensors);
  });
  expect(counts.size).toBe(1);
  for (const [i, values] of (await Promise.all(models.map(stemOf))).entries()) expect(values).not.toEqual(before[i]);
  tf.dispose(averages);
  for (const model of models) model.dispose();
});
