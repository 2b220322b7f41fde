// Compares bfloat16 with float32 on Fashion-MNIST: the gradients of the critic's loss and of its R1 penalty, with the trained critic that
// the command line ships, and the losses of short training runs. Writes numbers as JSON; says nothing of speed.
//
//   npm run check-precision -- --steps 150 --out docs/precision.json
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { fashionMnist, type ImageDataset, takeImages } from '@diffgan/data';
import { adversarialLoss, r1Penalty } from '@diffgan/fgan-losses';
import { qSamplePair } from '@diffgan/objectives';
import { callModel, foldIn, gather, key, randintArray } from '@diffgan/ops';
import { availablePrecision, backendInfo, compile, type Precision, selectBackend } from '@diffgan/runtime';
import { run } from '@diffgan/samplers';
import { cosineSchedule, vpSchedule } from '@diffgan/schedule';
import { trainDdgan, trainDdpm, TrainedNetwork } from '@diffgan/training';
import { ddganDiscriminator, ddganGenerator, ddpmUnet, loadModel, presets } from '@diffgan/unet';
import { modelFolder } from '@diffgan/weights';
import { runPreset } from '../packages/runs/src/presets/presets.ts';
import { flags } from './flags.ts';

const defaults = { steps: 150, network: 'fashion-mnist-tiny', seeds: '0,1', draws: 8, out: 'precision.json' };
const { steps, ...values } = flags(defaults);
const seeds = values.seeds.split(',').map(Number);
const network = values.network as 'fashion-mnist-tiny' | 'fashion-mnist-small';
const precisions: Precision[] = ['float32', 'bfloat16'];
const critic = fileURLToPath(new URL('critic', modelFolder('fashion-mnist-ddgan')));

process.env.DIFFGAN_BFLOAT16 = '1'; // what it computes is asked for, not how fast
await selectBackend('tensorflow');
const { why } = availablePrecision('bfloat16');
if (why !== undefined) throw new Error(why);
const data = await fashionMnist({ split: 'train' });
const penalties = await gradientsOfCritic(data);
console.table(penalties);
const about = { backend: backendInfo().description, processor: cpus()[0].model, network, steps, seeds };
const runs: object[] = [];
for (const seed of seeds)
  for (const task of ['ddpm', 'ddgan'] as const)
    for (const precision of precisions) {
      const losses = await lossesOf(task, precision, seed);
      runs.push({ task, precision, seed, losses });
      console.log(`${task}, ${precision}, seed ${seed}: ${JSON.stringify(lastOf(losses))}`);
      // After each run: one that is cut short leaves what it has found.
      writeFileSync(values.out, `${JSON.stringify({ ...about, data: data.name, penalties, runs })}\n`);
    }
console.log(`${values.out} has been written`);

/** Losses of the trainer that the presets of the command line run, step by step. */
async function lossesOf(task: 'ddpm' | 'ddgan', precision: Precision, seed: number) {
  const { training } = runPreset(`fashion-mnist-${task}`).config as { training: Record<string, unknown> };
  const options = { ...training, steps, precision, data, key: key(seed) };
  const { denoiser, generator, discriminator } = presets[network];
  const own = { key: foldIn(key(seed), 1) };
  const models: Record<string, LayersModel> =
    task === 'ddpm'
      ? { denoiser: ddpmUnet(denoiser, own) }
      : { generator: ddganGenerator(generator, own), critic: ddganDiscriminator(discriminator, own) };
  const events =
    task === 'ddpm'
      ? trainDdpm(models.denoiser, cosineSchedule(1000), options)
      : trainDdgan({ generator: models.generator, critic: models.critic }, vpSchedule(4), options);
  const losses: Record<string, number[]> = {};
  const { averages } = await run(events, (event) => {
    if (event.type !== 'step') return;
    for (const [name, value] of Object.entries({ ...event.losses, ...event.measures }))
      (losses[name] ??= []).push(value);
  });
  tf.dispose(averages);
  for (const model of Object.values(models)) model.dispose();
  return losses;
}

/** Means of the last fifth. */
function lastOf(losses: Record<string, number[]>): Record<string, number> {
  const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  return Object.fromEntries(
    Object.entries(losses).map(([name, list]) => [name, mean(list.slice(-Math.ceil(list.length / 5)))]),
  );
}

/** How far gradients by the critic's weights in bfloat16 are from those in float32: ‖difference‖ / ‖gradient‖ over some batches. */
async function gradientsOfCritic(images: ImageDataset) {
  const model = await loadModel(critic);
  const trained = new TrainedNetwork(model);
  const { parameters } = trained.start();
  const schedule = cosineSchedule(4);
  const { criticLoss } = adversarialLoss('gan');
  const score = (...inputs: tf.Tensor[]) => callModel(model, inputs) as tf.Tensor1D;
  const losses = {
    adversarial: (x: tf.Tensor, ...rest: tf.Tensor[]) => criticLoss(score(x, ...rest), score(tf.neg(x), ...rest)),
    r1: (x: tf.Tensor, ...rest: tf.Tensor[]) => r1Penalty((each) => score(each, ...rest), x, { gamma: 0.2 }),
  };
  const found = [];
  for (const [name, loss] of Object.entries(losses)) {
    const graphs = precisions.map((precision) =>
      compile(
        (weights: tf.Tensor, ...inputs: tf.Tensor[]) => {
          const [x, ...rest] = inputs;
          const result = trained.gradient(weights as tf.Tensor1D, () => tf.mean<tf.Scalar>(loss(x, ...rest)));
          return [result.gradient, result.value];
        },
        { precision },
      ),
    );
    for (let draw = 0; draw < values.draws; draw++) {
      const own = foldIn(key(5), draw);
      const rows = randintArray(foldIn(own, 0), 32, 0, images.count);
      const x0 = takeImages(images, rows);
      const label = tf.tensor1d(
        Int32Array.from(rows, (row) => images.labels![row]),
        'int32',
      );
      const t = randintArray(foldIn(own, 1), 32, 1, 5);
      const pair = qSamplePair(schedule, x0, t, { key: foldIn(own, 2) });
      const position = gather(schedule.positions, tf.tensor1d(t, 'int32'), 1);
      const results = graphs.map((graph) => graph(parameters, pair.xPrev, pair.xt, position, label));
      const [exact, rounded] = await Promise.all(results.map(([gradient]) => gradient.data()));
      const [value, roundedValue] = await Promise.all(results.map(async ([, loss]) => (await loss.data())[0]));
      found.push({ loss: name, draw, value, roundedValue, ...compared(exact, rounded) });
      tf.dispose([x0, pair.xPrev, pair.xt, position, label, results]);
    }
    graphs.forEach((graph) => graph.dispose());
  }
  tf.dispose(parameters);
  model.dispose();
  return found;
}

function compared(exact: ArrayLike<number>, rounded: ArrayLike<number>) {
  let [difference, square, other, product] = [0, 0, 0, 0];
  for (let i = 0; i < exact.length; i++) {
    difference += (exact[i] - rounded[i]) ** 2;
    square += exact[i] ** 2;
    other += rounded[i] ** 2;
    product += exact[i] * rounded[i];
  }
  return {
    gradientNorm: Math.sqrt(square),
    relativeError: Math.sqrt(difference / square),
    cosine: product / Math.sqrt(square * other),
  };
}
