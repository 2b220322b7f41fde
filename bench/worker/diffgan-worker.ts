import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { readSafetensors } from '@diffgan/files';
import { callModel, key } from '@diffgan/ops';
import { availablePrecision, selectBackend } from '@diffgan/runtime';
import { ddpmUnet, loadWeights } from '@diffgan/unet';
import type { Column } from '../columns.ts';
import { moveWeights } from '../move-weights.ts';
import type { Requests } from '../protocol.ts';
import { type Execution, executionOf } from './execution.ts';
import { fid } from './fid.ts';
import { checkGame, prepareGame } from './games.ts';
import { serve } from './serve.ts';
import { trainingRun } from './training-runs.ts';
import { noiseLoss, prepare, type Prepared } from './workloads.ts';

let execution: Execution;
let model: LayersModel | undefined;
let prepared: Prepared | undefined;

await serve({
  hello: async ({ column }) => {
    const version = await startBackend(column);
    execution = executionOf(column);
    return { version };
  },
  check: async ({ network, weights, inputs }) => {
    const checked = ddpmUnet(network);
    await loadWeights(checked, weights);
    const result = await check(checked, inputs);
    checked.dispose();
    return result;
  },
  prepare: async ({ workload, weights }) => {
    model = ddpmUnet(workload.network);
    if (weights === undefined) moveWeights(model);
    else await loadWeights(model, weights);
    prepared = prepare({ workload, model, execution });
    const start = performance.now();
    await (prepared.warmUp?.() ?? prepared.run());
    // the second run of a graph may still be slower; of a long one that hardly shows
    if (performance.now() - start < 3000) await (prepared.warmUp?.() ?? prepared.run());
    return { parameters: model.countParams() };
  },
  time: async () => {
    const start = performance.now();
    await (prepared as Prepared).run();
    return { ms: performance.now() - start };
  },
  trainingRun: async ({ network, ...run }) => {
    const trained = ddpmUnet(network, { key: key(1) });
    const result = await trainingRun(trained, execution, run);
    trained.dispose();
    return result;
  },
  fid,
  checkGame: ({ setting, files }) => checkGame(setting, files),
  prepareGame: async ({ setting, files }) => {
    prepared = await prepareGame(setting, files);
    await prepared.run();
    return null;
  },
  release: () => {
    prepared?.dispose();
    model?.dispose();
    [prepared, model] = [undefined, undefined];
    return null;
  },
});

async function startBackend({
  backend,
  threads,
  ownOperations,
  allowSoftware,
  precision = 'float32',
}: Column): Promise<string> {
  const { description, version, device } = await selectBackend(backend, { threads, allowSoftware });
  if (backend === 'wasm' && threads !== undefined && !description.includes(`${threads} thread`))
    throw new Error(`${threads} threads are not to be had (${description})`);
  if (description.includes(', graph addon') !== (ownOperations === true))
    throw new Error(
      `the graph addon and the op library are ${ownOperations ? 'not to be had' : 'there'} (${description})`,
    );
  const { why } = availablePrecision(precision);
  if (why !== undefined) throw new Error(why);
  return `${version} on ${device}`;
}

/** What all columns must agree on. */
async function check(network: LayersModel, inputs: string): Promise<Requests['check'][1]> {
  const { tensors } = readSafetensors(readFileSync(inputs));
  const [xt, position, target] = ['xt', 'position', 'target'].map((name) =>
    tf.tensor(tensors[name].data as Float32Array, tensors[name].shape),
  );
  const predict = execution.compile((x, p) => callModel(network, [x, p]));
  const output = predict(xt, position);
  const kernel = network.trainableWeights.find(({ originalName }) => originalName === 'stem/kernel');
  const loss = noiseLoss(network);
  const slope = execution.compile(
    (x, p, noise) => Object.values(tf.variableGrads(() => loss(x, p, noise), [kernel?.read() as tf.Variable]).grads)[0],
  );
  const gradient = slope(xt, position, target);
  const result = {
    parameters: network.countParams(),
    output: Array.from(await output.data()),
    gradient: Array.from(await gradient.data()),
    losses: await threeLosses(network, [xt, position, target]),
  };
  [predict, output, slope, gradient, xt, position, target].forEach((held) => held.dispose());
  return result;
}

async function threeLosses(network: LayersModel, inputs: tf.Tensor[]): Promise<number[]> {
  const step = execution.trainStep(noiseLoss(network), network);
  const losses: number[] = [];
  for (let i = 0; i < 3; i++) losses.push(await step.step(inputs));
  step.dispose();
  return losses;
}
