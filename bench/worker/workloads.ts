import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { callModel, foldIn, key, normal } from '@diffgan/ops';
import { ddganSampler, ddimSampler, ddpmSampler, run as toEnd, type Sampler } from '@diffgan/samplers';
import type { Kind, Workload } from '../cases.ts';
import { scheduleOf } from '../chain-tables.ts';
import type { Execution, Run } from './execution.ts';

/** Something that can be run again and again. */
export interface Prepared {
  run(): Promise<unknown>;
  /** Makes `run` warm where running it would take too long. */
  warmUp?(): Promise<unknown>;
  dispose(): void;
}

interface Setting {
  workload: Workload;
  model: LayersModel;
  execution: Execution;
}

/** `[B, H, W, C]` of a workload. */
const shapeOf = ({ batch, network: { imageSize, channels } }: Workload): [number, number, number, number] => [
  batch,
  imageSize as number,
  imageSize as number,
  channels,
];

/** Makes what a workload needs. */
export function prepare(setting: Setting): Prepared {
  return makers[setting.workload.kind](setting);
}

const makers: Record<Kind, (setting: Setting) => Prepared> = {
  forward: ({ workload, model, execution }) => {
    const predict = predictor(model, execution);
    const xt = normal(key(1), shapeOf(workload));
    const position = tf.range(0, workload.batch);
    const run = async () => finish(predict(xt, position));
    return { run, dispose: () => [xt, position, predict].forEach((held) => held.dispose()) };
  },
  train: ({ workload, model, execution }) => {
    const step = execution.trainStep(noiseLoss(model), model);
    const shape = shapeOf(workload);
    const inputs = [normal(key(1), shape), tf.range(0, workload.batch), normal(key(2), shape)];
    const run = () => step.step(inputs);
    return { run, dispose: () => [step, ...inputs].forEach((held) => held.dispose()) };
  },
  'sample-ddgan': ({ workload, model, execution }) => {
    const generator = (xt: tf.Tensor, _z: tf.Tensor, position: tf.Tensor) => callModel(model, [xt, position]);
    const schedule = scheduleOf(workload.kind); // the sampler keeps its graph as long as it meets the same objects
    const held: Run[] = [];
    const compile = (fn: (...inputs: tf.Tensor[]) => tf.Tensor) => {
      held.push(execution.compile(fn));
      return held[held.length - 1];
    };
    let round = 0;
    const run = async () => {
      const options = { shape: shapeOf(workload), key: foldIn(key(5), round++), latentDim: 64, compile };
      return finish(await toEnd(ddganSampler(generator, schedule, options)));
    };
    return { run, dispose: () => held.forEach((each) => each.dispose()) };
  },
  'sample-ddim': (setting) => chain(setting, ddimSampler),
  'sample-ddpm': (setting) => chain(setting, ddpmSampler),
  noise: ({ workload }) => {
    let round = 0;
    const run = async () => finish(normal(foldIn(key(5), round++), shapeOf(workload)));
    return { run, dispose: () => {} };
  },
};

/** The first `workload.steps` steps of a chain, or all. */
function chain({ workload, model, execution }: Setting, sampler: Sampler): Prepared {
  const predict = predictor(model, execution);
  const schedule = scheduleOf(workload.kind);
  let round = 0;
  const steps = async (count: number) => {
    const options = { shape: shapeOf(workload), key: foldIn(key(5), round++), until: schedule.steps - count };
    return finish(await toEnd(sampler(predict, schedule, options)));
  };
  const { steps: count = schedule.steps } = workload;
  return { run: () => steps(count), warmUp: () => steps(2), dispose: () => predict.dispose() };
}

const predictor = (model: LayersModel, execution: Execution) =>
  execution.compile((xt, position) => callModel(model, [xt, position]));

/** The loss of the training step: MSE of the predicted noise, as a function of x_t, position and noise. */
export const noiseLoss =
  (model: LayersModel) =>
  (xt: tf.Tensor, position: tf.Tensor, noise: tf.Tensor): tf.Scalar =>
    tf.mean(tf.squaredDifference(callModel(model, [xt, position], { training: true }), noise));

/** Waits for the values, which is when the work is done on every backend. */
async function finish(result: tf.Tensor): Promise<ArrayLike<number>> {
  const values = await result.data();
  result.dispose();
  return values;
}
