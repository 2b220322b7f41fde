import * as tf from '@tensorflow/tfjs-core';
import { batchIndices, type ImageDataset, takeImages } from '@diffgan/data';
import { foldIn, type Key, key as makeKey } from '@diffgan/ops';
import { checkNumber } from './check-number.ts';
import { nextTask } from './next-task.ts';
import { RunState } from './run-state.ts';
import type { NetworkVectors, TrainedNetwork } from './trained-network.ts';
import { TrainState, type Update } from './train-state.ts';
import { TrainingDivergedError } from './training-diverged-error.ts';

/** Images per step unless told otherwise. */
export const DEFAULT_BATCH = 32;

/** When and where a run saves its state. */
export interface CheckpointOptions {
  /** The file; its folder is made if missing. */
  file: string;
  /** Steps from one checkpoint to the next; one more is written at the end and on abort. @defaultValue 500 */
  every?: number;
  /** Whether to go on from the file if it exists; without it the file is overwritten. @defaultValue `false` */
  resume?: boolean;
}

/** Options every trainer takes. */
export interface TrainOptions {
  /** Training images, of the size the networks take. */
  data: ImageDataset;
  /** Length of the run in steps. The learning rate decays over it, so it is part of what a resumed run must share. */
  steps: number;
  /** Images per step. @defaultValue 32 */
  batch?: number;
  /** Key of all randomness of the run. @defaultValue `key(0)` */
  key?: Key;
  /** Saves the state of the run to a file, and goes on from it. Node only. @defaultValue nothing is saved */
  checkpoint?: CheckpointOptions;
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
      /** Copies of the state of every network after this step, by name, such as the running average to draw with; the caller disposes them. */
      vectors: () => Promise<Record<string, NetworkVectors>>;
    }
  | {
      type: 'resume' | 'checkpoint';
      /** Finished steps that the file holds; 0 when there was no file to resume from. */
      step: number;
      /** The checkpoint's file. */
      file: string;
    };

/** What a trainer returns. */
export interface TrainResult {
  /** Finished steps. */
  steps: number;
  /** The running average of each network's parameters, by name; for {@link setParameters}. The caller disposes the vectors. */
  averages: Record<string, tf.Tensor1D>;
}

/** What a kind of model adds to the loop. */
export interface TrainingTask {
  /** The networks in training; the models stay the caller's. */
  networks: Record<string, TrainedNetwork>;
  /** What the course of training depends on, besides the options of the loop. */
  settings: Record<string, unknown>;
  /** Draws all that is random in a step and picks the update to make. Runs inside a tidy. */
  prepare(x0: tf.Tensor4D, context: { key: Key; count: number }): { update: Update; inputs: tf.Tensor[] };
}

/**
 * The loop that all trainers share: batches, checkpoints, abort, watch for NaN.
 *
 * @param makeTask - called when the loop starts, since nobody would dispose the networks of a generator that never ran.
 */
export async function* trainLoop(
  makeTask: () => TrainingTask,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  validate(options);
  const { data, steps, batch = DEFAULT_BATCH, key = makeKey(0), checkpoint, signal } = options;
  const [dataKey, stepKey] = [foldIn(key, 0), foldIn(key, 1)];
  const task = makeTask();
  const { networks } = task;
  assertImagesFit(data, networks);
  const state = new TrainState(networks);
  try {
    const course = { ...task.settings, steps, batch, key: [...key] };
    const store = await RunState.open(state, course, options);
    if (checkpoint?.resume) yield { type: 'resume', step: store.saved, file: checkpoint.file };
    for (let step = store.saved + 1; step <= steps; step++) {
      if (signal?.aborted) {
        yield* store.save(step - 1);
        signal.throwIfAborted();
      }
      const began = performance.now();
      const { update, inputs } = tf.tidy(() => {
        const x0 = takeImages(data, batchIndices(data, step - 1, { batch, key: dataKey }));
        const { update, inputs } = task.prepare(x0, { key: foldIn(stepKey, step - 1), count: step });
        return { update: update as never, inputs };
      });
      const losses = await state.advance(update, inputs).finally(() => tf.dispose(inputs));
      assertFinite(losses, step, store);
      const vectors = () => state.read();
      yield { type: 'step', step, steps, losses, seconds: (performance.now() - began) / 1000, vectors };
      if (step === steps || step % (checkpoint?.every ?? 500) === 0) yield* store.save(step);
      await nextTask();
    }
    return { steps, averages: await averagesOf(state) };
  } finally {
    await state.assign();
    state.dispose();
  }
}

async function averagesOf(state: TrainState): Promise<Record<string, tf.Tensor1D>> {
  const entries = Object.entries(await state.read()).map(([name, { average, ...rest }]) => {
    tf.dispose(rest);
    return [name, average] as const;
  });
  return Object.fromEntries(entries);
}

function validate({ data, steps, batch = DEFAULT_BATCH, checkpoint }: TrainOptions): void {
  checkNumber('training: steps', steps, { min: 1, integer: true });
  checkNumber('training: batch', batch, { min: 1, integer: true });
  if (checkpoint?.every !== undefined)
    checkNumber('training: checkpoint.every', checkpoint.every, { min: 1, integer: true });
  if (batch > data.count)
    throw new RangeError(`training: batch is ${batch} but ${data.name} has ${data.count} images; use a smaller batch`);
  if (tf.getGradient('Mean') === undefined)
    throw new TypeError(
      "training: no gradients are registered; import '@tensorflow/tfjs-layers' or '@tensorflow/tfjs' first",
    );
}

function assertImagesFit(
  { name, height, width, channels }: ImageDataset,
  networks: Record<string, TrainedNetwork>,
): void {
  for (const [role, { model }] of Object.entries(networks)) {
    const [, ...wanted] = model.inputs[0].shape;
    if (wanted.join() !== [height, width, channels].join())
      throw new RangeError(
        `training: ${name} has images of ${height}×${width}×${channels}, but the ${role} takes ${wanted.join('×')}; ` +
          'make the network for the images, or resize them',
      );
  }
}

function assertFinite(losses: Record<string, number>, step: number, state: RunState): void {
  for (const [name, value] of Object.entries(losses))
    if (!Number.isFinite(value))
      throw new TrainingDivergedError(
        `training: the ${name} loss is ${value} at step ${step}. Lower the learning rates, or raise the R1 penalty of a GAN; ` +
          state.lastGood(),
      );
}
