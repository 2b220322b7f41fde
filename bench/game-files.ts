import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { batchIndices, type ImageDataset, imageDataset, takeImages } from '@diffgan/data';
import { writeSafetensors } from '@diffgan/files';
import { qSamplePair } from '@diffgan/objectives';
import { foldIn, type Key, key, normal, randintArray, split, uniformArray } from '@diffgan/ops';
import { ddganDiscriminator, ddganGenerator, weightsToSafetensors } from '@diffgan/unet';
import { type GameFiles, gameSchedule, type GameSetting } from './games.ts';
import { moveWeights } from './move-weights.ts';

/** The key of all games. */
export const gameKey: Key = key(11);

/** Images of noise: what is in them matters neither to a check nor to the time. */
export function gameData(): ImageDataset {
  const images = Uint8Array.from(uniformArray(key(0), 512 * 784, { min: 0, max: 256 }));
  return imageDataset({ name: 'noise', split: 'train', images, count: 512, height: 28, width: 28, channels: 1 });
}

/** Writes what a game starts from, and what `trainDdgan` draws in it, into `folder`. */
export async function writeGameFiles(folder: string, setting: GameSetting): Promise<GameFiles> {
  const files = {
    generator: join(folder, 'generator.safetensors'),
    critic: join(folder, 'critic.safetensors'),
    draws: join(folder, 'draws.safetensors'),
  };
  const models = {
    generator: ddganGenerator(setting.generator, { key: key(1) }),
    critic: ddganDiscriminator(setting.critic, { key: key(2) }),
  };
  for (const name of ['generator', 'critic'] as const) {
    moveWeights(models[name], 0.005); // a critic that is moved far is so sure that the generator learns nothing
    writeFileSync(files[name], await weightsToSafetensors(models[name]));
    models[name].dispose();
  }
  writeFileSync(files.draws, writeSafetensors(await draws(setting)));
  return files;
}

type Arrays = Parameters<typeof writeSafetensors>[0];

/** The draws of every step, from the keys that docs/randomness.md tells: a mistake here or there shows as different losses. */
async function draws(setting: GameSetting): Promise<Arrays> {
  const data = gameData();
  const arrays: Arrays = {};
  for (let step = 0; step < setting.steps; step++) {
    const indices = batchIndices(data, step, { batch: setting.batch, key: foldIn(gameKey, 0) });
    const x0 = takeImages(data, indices);
    const players = split(foldIn(foldIn(gameKey, 1), step), 2);
    for (const [i, player] of ['critic', 'generator'].entries())
      for (const [name, tensor] of Object.entries(drawOf(players[i], x0, setting))) {
        arrays[`${player}.${step}.${name}`] = { shape: tensor.shape, data: await tensor.data() };
        tensor.dispose();
      }
    x0.dispose();
  }
  return arrays;
}

function drawOf(own: Key, x0: tf.Tensor4D, { batch, generator }: GameSetting): Record<string, tf.Tensor> {
  const [timestepKey, pairKey, latentKey, posteriorKey] = split(own, 4);
  const t = randintArray(timestepKey, batch, 1, gameSchedule.steps + 1);
  return {
    ...qSamplePair(gameSchedule, x0, t, { key: pairKey }),
    t: tf.tensor1d(Float32Array.from(t)),
    z: normal(latentKey, [batch, generator.latentDim]),
    noise: normal(posteriorKey, x0.shape),
  };
}
