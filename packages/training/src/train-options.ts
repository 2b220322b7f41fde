import * as tf from '@tensorflow/tfjs-core';
import type { Key } from '@diffgan/ops';
import { type Precision, precisions, type ProcessGroup } from '@diffgan/runtime';
import { checkNumber } from './check-number.ts';
import type { OptimizationOptions } from './network-optimizer.ts';
import type { ReadVectors } from './train-event.ts';
import { checkData, type DataOptions, type TrainingData } from './training-data.ts';

/** Examples per step unless told otherwise. */
export const DEFAULT_BATCH = 32;

/** When and where a run saves its state. */
export interface CheckpointOptions {
  /**
   * The file of the last state; its folder is made if missing. Beside it lie the one before (`run.previous.safetensors` of
   * `run.safetensors`), which is used when this one is damaged, and the best one (`run.best.safetensors`), if there is a metric for that.
   */
  file: string;
  /** Steps from one checkpoint to the next; one more is written at the end and on abort. @defaultValue 500 */
  every?: number;
  /** Whether to go on from the file if it exists; without it the file is overwritten. @defaultValue `false` */
  resume?: boolean;
}

/** Losses on data that is not trained on. */
export interface ValidationOptions {
  data: TrainingData;
  /** Steps from one validation to the next. */
  every: number;
  /** Batches that count, the same ones each time. @defaultValue all of one epoch */
  batches?: number;
}

/** A number that the caller computes every so often, such as the FID. */
export interface MetricOptions {
  /** Steps from one to the next. */
  every: number;
  /** Computes values by name from the state of the networks. */
  measure: (context: { step: number; vectors: ReadVectors }) => Promise<Record<string, number>>;
  /** The value that decides which state is the best, and whether less or more of it is better. @defaultValue no state is the best */
  best?: { name: string; better: 'less' | 'more' };
}

/** Options every trainer takes. One of `steps`, `images` and `minutes` at least ends the run; the first one that is reached does. */
export interface TrainOptions extends DataOptions, OptimizationOptions {
  /** What to learn from, of the shape that the networks take. */
  data: TrainingData;
  /**
   * Length of the run in steps, over which the learning rates fall. A resumed run may have another one: a warning says so, and the rates are
   * from there on those of a run of the new length.
   */
  steps?: number;
  /** Length of the run in training examples seen, rounded up to whole steps. */
  images?: number;
  /** Length of the run in minutes, those before an interruption included. Alone it keeps the learning rates constant. */
  minutes?: number;
  /** Examples per update. @defaultValue 32 */
  batch?: number;
  /** Key of all randomness of the run. @defaultValue `key(0)` */
  key?: Key;
  /**
   * What convolutions and matrix products compute in; see `PrecisionOptions` of `@diffgan/runtime`. Weights, their averages and Adam's moments are
   * float32 either way. Where there is no bfloat16 the run says so in a warning and computes in float32. A run is
   * repeatable to the bit within one precision, and goes on in its own alone.
   *
   * @defaultValue `'float32'`
   */
  precision?: Precision;
  /** Saves the state of the run to a file, and goes on from it. Node only. @defaultValue nothing is saved */
  checkpoint?: CheckpointOptions;
  /** Computes the loss of the running averages on other data now and then. */
  validation?: ValidationOptions;
  /** Computes something else now and then, and remembers the best state. */
  metric?: MetricOptions;
  /** Stops the run after the current step, once its state is saved. */
  signal?: AbortSignal;
  /**
   * Processes that train together, each on its part of every batch: all are given the same options, and compute what one alone computes with that
   * batch, up to rounding. The process of rank 0 reads and writes checkpoints, validates and measures; the others wait meanwhile, within the
   * time limit of the group. The signal of any of them stops all. Node with native TensorFlow only; see `joinCollectives` of
   * `@diffgan/runtime/node`.
   *
   * @defaultValue this process alone
   */
  processes?: ProcessGroup;
}

/** The length of a run in steps; Infinity where only the clock ends it. */
export function lengthOf({ steps, images, batch = DEFAULT_BATCH }: TrainOptions, batchesPerStep = 1): number {
  const byImages = images === undefined ? Infinity : Math.ceil(images / (batch * batchesPerStep));
  return Math.min(steps ?? Infinity, byImages);
}

/** Throws unless a run can start with these options. */
export function checkTrainOptions(options: TrainOptions): void {
  const {
    data,
    steps,
    images,
    minutes,
    batch = DEFAULT_BATCH,
    accumulate = 1,
    precision = 'float32',
    checkpoint,
    validation,
    metric,
  } = options;
  for (const [name, value] of Object.entries({ steps, images }))
    if (value !== undefined) checkNumber(`training: ${name}`, value, { min: 1, integer: true });
  if (minutes !== undefined) checkNumber('training: minutes', minutes, { min: 0 });
  if (steps === undefined && images === undefined && minutes === undefined)
    throw new RangeError('training: steps, images and minutes are undefined; give at least one, or it would never end');
  checkNumber('training: batch', batch, { min: 1, integer: true });
  for (const [name, every] of Object.entries({ checkpoint, validation, metric }))
    if (every?.every !== undefined) checkNumber(`training: ${name}.every`, every.every, { min: 1, integer: true });
  checkData(data, options);
  if (validation) checkData(validation.data, {});
  if (batch > data.count)
    throw new RangeError(`training: batch is ${batch} but ${data.name} has ${data.count} images; use a smaller batch`);
  checkNumber('training: accumulate', accumulate, { min: 1, integer: true });
  if (batch % accumulate !== 0)
    throw new RangeError(`training: accumulate is ${accumulate}, which does not divide the batch of ${batch}`);
  if (!precisions.includes(precision))
    throw new RangeError(`training: precision is '${String(precision)}'; use one of ${precisions.join(', ')}`);
  if (tf.getGradient('Mean') === undefined)
    throw new TypeError(
      "training: no gradients are registered; import '@tensorflow/tfjs-layers' or '@tensorflow/tfjs' first",
    );
}
