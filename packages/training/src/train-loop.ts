import * as tf from '@tensorflow/tfjs-core';
import { batchIndices, type ImageDataset, takeImages } from '@diffgan/data';
import { foldIn, type Key, key as makeKey } from '@diffgan/ops';
import { type Checkpoint, checkpointExists, loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import type { NetworkVectors, TrainedNetwork } from './trained-network.ts';

/** Options every trainer takes. */
export interface TrainOptions {
  /** Training images. */
  data: ImageDataset;
  /** Length of the run in steps. The learning rate decays over it, so it is part of what a resumed run must share. */
  steps: number;
  /** Images per step. @defaultValue 32 */
  batch?: number;
  /** Key of all randomness of the run. @defaultValue `key(0)` */
  key?: Key;
  /** File to save the state to every `every` steps, at the end and on abort; `resume` goes on from it if it exists. Node only. */
  checkpoint?: { file: string; every?: number; resume?: boolean };
  /** Stops the run after the current step, once its state is saved. */
  signal?: AbortSignal;
}

/** What a trainer yields. */
export type TrainEvent =
  | {
      type: 'step';
      /** Finished steps, 1…steps. */
      step: number;
      /** Length of the run. */
      steps: number;
      /** Mean losses of this step by name. */
      losses: Record<string, number>;
      /** Wall-clock seconds of this step. */
      seconds: number;
      /** The networks in training; their vectors stay theirs. */
      networks: Record<string, TrainedNetwork>;
    }
  | { type: 'resume' | 'checkpoint'; step: number; file: string };

/** What a trainer returns. */
export interface TrainResult {
  /** Finished steps. */
  steps: number;
  /** The running average of each network's parameters, by name; for {@link setParameters}. The caller disposes the vectors. */
  averages: Record<string, tf.Tensor1D>;
}

/** Training left the numbers: a loss is NaN or infinite. */
export class TrainingDivergedError extends Error {
  override readonly name = 'TrainingDivergedError';
}

/** What a kind of model adds to the loop. */
export interface TrainingTask {
  networks: Record<string, TrainedNetwork>;
  /** What the course of training depends on, besides the options of the loop. */
  settings: Record<string, unknown>;
  /** Updates the networks on one batch and returns the losses. Runs inside a tidy. */
  step(x0: tf.Tensor4D, context: { key: Key; count: number }): Record<string, tf.Scalar>;
}

/** The loop that all trainers share: batches, checkpoints, abort, watch for NaN. */
export async function* trainLoop(task: TrainingTask, options: TrainOptions): AsyncGenerator<TrainEvent, TrainResult> {
  const { data, steps, batch = 32, key = makeKey(0), checkpoint, signal } = options;
  validate(options, batch);
  const [dataKey, stepKey] = [foldIn(key, 0), foldIn(key, 1)];
  const settings = { ...task.settings, steps, batch, key: [...key], data: `${data.name} ${data.split} ${data.count}` };
  const save = async (step: number): Promise<TrainEvent[]> => {
    if (checkpoint === undefined) return [];
    await saveCheckpoint(checkpoint.file, { step, settings, vectors: await readVectors(task.networks) });
    return [{ type: 'checkpoint', step, file: checkpoint.file }];
  };
  try {
    const start = checkpoint?.resume ? await restore(checkpoint.file, task, settings) : 0;
    if (checkpoint?.resume) yield { type: 'resume', step: start, file: checkpoint.file };
    for (let step = start; step < steps; step++) {
      if (signal?.aborted) {
        yield* await save(step);
        signal.throwIfAborted();
      }
      const began = performance.now();
      const scalars = tf.tidy(() => {
        const x0 = takeImages(data, batchIndices(data, step, { batch, key: dataKey }));
        return task.step(x0, { key: foldIn(stepKey, step), count: step + 1 });
      });
      const losses = await readLosses(scalars);
      assertFinite(losses, step + 1, checkpoint?.file);
      const seconds = (performance.now() - began) / 1000;
      yield { type: 'step', step: step + 1, steps, losses, seconds, networks: task.networks };
      if ((step + 1) % (checkpoint?.every ?? 500) === 0 || step + 1 === steps) yield* await save(step + 1);
      await macrotask();
    }
    const entries = Object.entries(task.networks).map(([name, network]) => [name, tf.clone(network.vectors.average)]);
    return { steps, averages: Object.fromEntries(entries) as Record<string, tf.Tensor1D> };
  } finally {
    Object.values(task.networks).forEach((network) => network.dispose());
  }
}

function validate({ data, steps }: TrainOptions, batch: number): void {
  for (const [name, value] of Object.entries({ steps, batch }))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`training: ${name} is ${value}; it must be an integer of at least 1`);
  if (batch > data.count)
    throw new RangeError(`training: batch is ${batch} but ${data.name} has ${data.count} images; use a smaller batch`);
  if (tf.getGradient('Mean') === undefined)
    throw new TypeError(
      "training: no gradients are registered; import '@tensorflow/tfjs-layers' or '@tensorflow/tfjs' first",
    );
}

async function readLosses(scalars: Record<string, tf.Scalar>): Promise<Record<string, number>> {
  const names = Object.keys(scalars);
  const stacked = tf.tidy(() => tf.stack(names.map((name) => scalars[name])));
  try {
    const values = await stacked.data(); // the one synchronisation of a step
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  } finally {
    tf.dispose([stacked, scalars]);
  }
}

function assertFinite(losses: Record<string, number>, step: number, file?: string): void {
  for (const [name, value] of Object.entries(losses))
    if (!Number.isFinite(value))
      throw new TrainingDivergedError(
        `training: the ${name} loss is ${value} at step ${step}. Lower the learning rates or raise the R1 penalty` +
          (file === undefined ? '' : `; the last good state is in ${file}`),
      );
}

async function readVectors(networks: Record<string, TrainedNetwork>): Promise<Record<string, Float32Array>> {
  const vectors: Record<string, Float32Array> = {};
  for (const [name, network] of Object.entries(networks))
    for (const [kind, vector] of Object.entries(network.vectors))
      vectors[`${name}.${kind}`] = (await vector.data()) as Float32Array;
  return vectors;
}

async function restore(file: string, { networks }: TrainingTask, settings: Record<string, unknown>): Promise<number> {
  if (!(await checkpointExists(file))) return 0;
  const checkpoint = await loadCheckpoint(file);
  assertSameSettings(file, checkpoint, settings);
  for (const [name, network] of Object.entries(networks)) {
    const kinds = Object.keys(network.vectors) as (keyof NetworkVectors)[];
    const entries = kinds.map((kind) => {
      const data = checkpoint.vectors[`${name}.${kind}`] as Float32Array | undefined;
      if (data?.length !== network.vectors[kind].size)
        throw new RangeError(
          `training: ${file} has ${data?.length ?? 'no'} values for ${name}.${kind}, not ${network.vectors[kind].size}`,
        );
      return [kind, tf.tensor1d(data)] as const;
    });
    network.replace(Object.fromEntries(entries) as NetworkVectors);
  }
  return checkpoint.step;
}

function assertSameSettings(file: string, checkpoint: Checkpoint, settings: Record<string, unknown>): void {
  const names = new Set([...Object.keys(checkpoint.settings), ...Object.keys(settings)]);
  const changed = [...names].filter((n) => JSON.stringify(checkpoint.settings[n]) !== JSON.stringify(settings[n]));
  if (changed.length === 0) return;
  const shown = changed.map((n) => `${n}: ${JSON.stringify(checkpoint.settings[n])} → ${JSON.stringify(settings[n])}`);
  throw new RangeError(
    `training: ${file} belongs to a run with other settings (${shown.join('; ')}); resume with the same ones`,
  );
}

/** Lets timers, signals and the page have their turn; a resolved promise would not. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
