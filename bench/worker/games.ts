import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { trainDdgan, type TrainEvent } from '@diffgan/training';
import { ddganDiscriminator, ddganGenerator, loadWeights } from '@diffgan/unet';
import { gameData, gameKey } from '../game-files.ts';
import { type GameFiles, gameSchedule, type GameSetting } from '../games.ts';
import type { CheckResult } from '../protocol.ts';
import type { Prepared } from './workloads.ts';

interface Networks {
  generator: LayersModel;
  critic: LayersModel;
}

/** The networks of a game with the weights of its files. */
async function networksOf({ generator, critic }: GameSetting, files: GameFiles): Promise<Networks> {
  const networks = { generator: ddganGenerator(generator), critic: ddganDiscriminator(critic) };
  for (const name of ['generator', 'critic'] as const) await loadWeights(networks[name], files[name]);
  return networks;
}

function free({ generator, critic }: Networks): void {
  generator.dispose();
  critic.dispose();
}

/** `trainDdgan` as it is, for so many steps. */
function play(networks: Networks, { batch, precision, r1, emaDecay }: GameSetting, steps: number) {
  const options = { data: gameData(), key: gameKey, batch, precision, r1, emaDecay, steps };
  return trainDdgan(networks, gameSchedule, options);
}

/** Throws for a warning, such as of a precision that this machine lacks; takes no note of what a game of noise looks like. */
function steps(event: TrainEvent): event is TrainEvent & { type: 'step' } {
  if (event.type === 'warning' && event.kind === 'other-precision') throw new Error(event.message);
  return event.type === 'step';
}

/** Plays a game to its end. */
export async function checkGame(setting: GameSetting, files: GameFiles): Promise<CheckResult> {
  const networks = await networksOf(setting, files);
  const [losses, gradient]: number[][] = [[], []];
  const training = play(networks, setting, setting.steps);
  let event = await training.next();
  for (; !event.done; event = await training.next()) {
    if (!steps(event.value)) continue;
    const { losses: found, measures } = event.value;
    losses.push(found.critic, found.generator);
    gradient.push(measures['critic.gradientNorm'], measures['generator.gradientNorm']);
  }
  const { averages } = event.value;
  const output = await firstKernel(networks.generator, averages.generator);
  const parameters = networks.generator.countParams() + networks.critic.countParams();
  tf.dispose(averages);
  free(networks);
  return { parameters, output, gradient, losses };
}

/** The part of a vector of parameters that is the kernel of the first convolution. */
async function firstKernel(model: LayersModel, vector: tf.Tensor1D): Promise<number[]> {
  const names = model.trainableWeights.map(({ originalName }) => originalName);
  const sizes = model.trainableWeights.map((weight) => weight.read().size);
  const at = names.indexOf('stem/kernel');
  const begin = sizes.slice(0, at).reduce((sum, size) => sum + size, 0);
  return Array.from((await vector.data()).subarray(begin, begin + sizes[at]));
}

/** A game that goes on for `setting.steps` steps with every run. */
export async function prepareGame(setting: GameSetting, files: GameFiles): Promise<Prepared> {
  const networks = await networksOf(setting, files);
  const training = play(networks, setting, 1_000_000);
  const run = async () => {
    for (let step = 0; step < setting.steps;) {
      const { value, done } = await training.next();
      if (done) throw new Error('the game has ended');
      if (steps(value)) step++;
    }
  };
  const dispose = () => void training.return({ steps: 0, averages: {} }).then(() => free(networks));
  return { run, dispose };
}
