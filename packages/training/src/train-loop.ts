import * as tf from '@tensorflow/tfjs-core';
import { batchesPerEpoch, batchIndices } from '@diffgan/data';
import { foldIn, type Key, key as makeKey, nextTask } from '@diffgan/ops';
import { type AvailablePrecision, availablePrecision, type Precision, precisions } from '@diffgan/runtime';
import { checkNumber } from './check-number.ts';
import type { Move } from './descent.ts';
import { furtherAveragesOf, type OptimizationOptions } from './network-optimizer.ts';
import { describeNotFinite, type HostVectors, RunState } from './run-state.ts';
import { streams } from './streams.ts';
import type { ReadVectors, TrainEvent } from './train-event.ts';
import { type Inputs, type Outcome, TrainState, type Updated, type Vectors } from './train-state.ts';
import type { TrainedNetwork } from './trained-network.ts';
import { checkData, type DataOptions, type Examples, takeExamples, type TrainingData } from './training-data.ts';
import { TrainingDivergedError } from './training-diverged-error.ts';

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
  /** Length of the run in steps. The learning rates fall over it, so it is part of what a resumed run must share. */
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
}

/** What a trainer returns. */
export interface TrainResult {
  /** Finished steps. */
  steps: number;
  /**
   * The running average of each network's parameters, by name; for `setParameters`. Those of further decays are called
   * `generator@0.9999` and so on. The caller disposes the vectors.
   */
  averages: Record<string, tf.Tensor1D>;
}

/** What a step may draw from. */
export interface StepContext {
  /** Number of the step, from 1. */
  step: number;
  /** Key of the step. */
  key: Key;
  /** Copies a share of one of the step's batches. */
  examples: (batch: number, share: number) => Examples;
}

/** What a kind of model adds to the loop. */
export interface TrainingTask {
  /** The networks in training; the models stay the caller's. */
  networks: Record<string, TrainedNetwork>;
  /** What the course of training depends on, besides the options of the loop. */
  settings: Record<string, unknown>;
  /** Batches that a step takes. @defaultValue 1 */
  batchesPerStep?: number;
  /** Makers of the moves of a step; each runs in a tidy when its turn comes. */
  moves(context: StepContext): (() => Move)[];
  /** Losses of the running averages on a batch. */
  validation: {
    inputs(examples: Examples, key: Key): Inputs;
    losses(vectors: Vectors, inputs: Inputs): Updated['losses'];
  };
  /** What the trainer itself remembers. */
  host?: HostVectors;
  /** Further numbers after a step, such as averages over several of them. */
  measures?: Record<string, number>;
  /** Looks at the numbers of each step for what usually goes wrong. */
  watch?(outcome: Outcome, step: number): TrainEvent[];
}

/** The length of a run in steps; Infinity where only the clock ends it. */
export function lengthOf({ steps, images, batch = DEFAULT_BATCH }: TrainOptions, batchesPerStep = 1): number {
  const byImages = images === undefined ? Infinity : Math.ceil(images / (batch * batchesPerStep));
  return Math.min(steps ?? Infinity, byImages);
}

/**
 * The loop that all trainers share: batches, checkpoints, abort, validation, watch for NaN.
 *
 * @param makeTask - called when the loop starts, since nobody would dispose the networks of a generator that never ran.
 */
export async function* trainLoop(
  makeTask: () => TrainingTask,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  validate(options);
  const task = makeTask();
  const furtherAverages = furtherAveragesOf(options);
  const available = availablePrecision(options.precision ?? 'float32');
  const { precision } = available;
  const state = new TrainState(task.networks, {
    ...{ furtherAverages, precision },
    accumulates: (options.accumulate ?? 1) > 1,
  });
  try {
    return yield* new Loop(task, state, available, options).run();
  } finally {
    await state.assign();
    state.dispose();
  }
}

/** The keys of a run; what they are for. */
const keysOf = (key: Key) => ({ data: foldIn(key, 0), steps: foldIn(key, 1), validation: foldIn(key, 2) });

class Loop {
  readonly #batch: number;
  readonly #batchesPerStep: number;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #steps: number;
  readonly #vectors: ReadVectors = () => this.state.read();
  readonly #validate = (vectors: Vectors, inputs: Inputs): Updated => ({
    vectors: {},
    losses: this.task.validation.losses(vectors, inputs),
  });

  constructor(
    readonly task: TrainingTask,
    readonly state: TrainState,
    readonly available: AvailablePrecision,
    readonly options: TrainOptions,
  ) {
    const { batch = DEFAULT_BATCH, key = makeKey(0) } = options;
    this.#batch = batch;
    this.#batchesPerStep = task.batchesPerStep ?? 1;
    this.#keys = keysOf(key);
    this.#steps = lengthOf(options, this.#batchesPerStep);
  }

  async *run(): AsyncGenerator<TrainEvent, TrainResult> {
    const { checkpoint, signal, minutes = Infinity } = this.options;
    const { why } = this.available; // told first: a checkpoint of another precision is refused next
    if (why !== undefined) yield { type: 'warning', step: 0, kind: 'other-precision', message: why };
    const store = yield* RunState.open(this.#parts(), checkpoint);
    const { progress } = store;
    let step = store.saved;
    while (step < this.#steps && progress.seconds < 60 * minutes) {
      if (signal?.aborted) {
        yield* store.save(step);
        signal.throwIfAborted();
      }
      const began = performance.now();
      step++;
      const outcome = await this.#step(step, store);
      const seconds = (performance.now() - began) / 1000;
      progress.seconds += seconds;
      yield this.#report(step, outcome, seconds);
      if (this.task.watch) yield* this.task.watch(outcome, step);
      try {
        yield* this.#measure(step, store);
      } catch (error) {
        if (signal?.aborted) yield* store.save(step); // it ended a measurement, which a resumed run leaves out
        throw error;
      }
      if (step % (checkpoint?.every ?? 500) === 0) yield* store.save(step);
      await nextTask();
    }
    yield* store.save(step);
    return { steps: step, averages: averagesOf(await this.state.read()) };
  }

  #parts() {
    const { task, state, options } = this;
    const { data, batch = DEFAULT_BATCH, key = makeKey(0), flip = false, augment = 0 } = options;
    const steps = this.#steps === Infinity ? 'until the time is up' : this.#steps;
    const { precision } = this.available;
    const settings = { ...task.settings, steps, batch, key: [...key], flip, augment, precision };
    return { state, settings, data, host: task.host };
  }

  async #step(step: number, store: RunState): Promise<Outcome> {
    const context = { step, key: foldIn(this.#keys.steps, step - 1), examples: this.#examplesOf(step) };
    const outcomes: Outcome[] = [];
    for (const make of this.task.moves(context)) {
      const outcome = await this.#move(make);
      outcomes.push(outcome);
      await this.#assertFinite(outcome, step, store);
    }
    return {
      losses: meansOf(outcomes, 'losses'),
      measures: { ...meansOf(outcomes, 'measures'), ...this.task.measures },
      examples: new Float32Array(),
    };
  }

  async #move(make: () => Move): Promise<Outcome> {
    const { update, inputs, observe } = inTidy(make);
    const pending = await this.state.advance(update, inputs).finally(() => tf.dispose(inputs));
    const outcome = await pending.read();
    observe?.(outcome);
    return outcome;
  }

  #examplesOf(step: number): StepContext['examples'] {
    const { options } = this;
    const { data, accumulate = 1 } = options;
    const { data: key } = this.#keys;
    return (batch, share) => {
      const number = (step - 1) * this.#batchesPerStep + batch;
      const indices = batchIndices(data, number, { batch: this.#batch, key });
      const size = this.#batch / accumulate;
      const own = indices.subarray(share * size, (share + 1) * size);
      return takeExamples(data, own, {
        ...options,
        key: foldIn(foldIn(this.#keys.steps, number), streams.examples + share),
      });
    };
  }

  #report(step: number, { losses, measures }: Outcome, seconds: number): TrainEvent {
    const examples = step * this.#batch * this.#batchesPerStep;
    return { type: 'step', step, steps: this.#steps, losses, measures, examples, seconds, vectors: this.#vectors };
  }

  async *#measure(step: number, store: RunState): AsyncGenerator<TrainEvent, void> {
    const { validation, metric } = this.options;
    if (validation && step % validation.every === 0)
      yield { type: 'validation', step, values: await this.#validationLosses(validation) };
    if (!metric || step % metric.every !== 0) return;
    const values = await metric.measure({ step, vectors: this.#vectors });
    yield { type: 'metric', step, values };
    if (metric.best && isBetter(metric.best, values, store))
      yield* store.saveBest(step, metric.best.name, values[metric.best.name]);
  }

  async #validationLosses({ data, batches }: ValidationOptions): Promise<Record<string, number>> {
    const { validation: key } = this.#keys;
    const batch = this.#batch / (this.options.accumulate ?? 1);
    const outcomes: Outcome[] = [];
    for (let i = 0; i < (batches ?? batchesPerEpoch(data, batch)); i++) {
      const make = () => {
        const examples = takeExamples(data, batchIndices(data, i, { batch, key }), { key });
        return { update: this.#validate, inputs: this.task.validation.inputs(examples, foldIn(key, i)) };
      };
      outcomes.push(await this.#move(make));
    }
    return meansOf(outcomes, 'losses');
  }

  async #assertFinite({ losses, measures }: Outcome, step: number, store: RunState): Promise<void> {
    const loss = Object.entries(losses).find(([, value]) => !Number.isFinite(value));
    const measure = Object.entries(measures).find(([, value]) => !Number.isFinite(value));
    if (!loss && !measure) return;
    const what = loss ? `the ${loss[0]} loss is ${loss[1]}` : `${measure![0]} is ${measure![1]}`;
    throw new TrainingDivergedError(
      `training: ${what} at step ${step}${await describeNotFinite(this.state)}. ` +
        `Lower the learning rates, or raise the R1 penalty of a GAN; ${store.lastGood()}`,
    );
  }
}

/** A tidy that keeps the inputs of a move. */
function inTidy(make: () => Move): Move {
  let move: Move | undefined;
  const inputs = tf.tidy(() => {
    move = make();
    return move.inputs;
  });
  return { ...move!, inputs: inputs };
}

/** Means of the numbers of each name over the moves that have it. */
function meansOf(outcomes: readonly Outcome[], what: 'losses' | 'measures'): Record<string, number> {
  const sums: Record<string, { sum: number; count: number }> = {};
  for (const outcome of outcomes)
    for (const [name, value] of Object.entries(outcome[what])) {
      const total = (sums[name] ??= { sum: 0, count: 0 });
      total.sum += value;
      total.count++;
    }
  return Object.fromEntries(Object.entries(sums).map(([name, { sum, count }]) => [name, sum / count]));
}

function isBetter(
  { name, better }: NonNullable<MetricOptions['best']>,
  values: Record<string, number>,
  { progress }: RunState,
): boolean {
  const value = values[name] as number | undefined;
  if (value === undefined)
    throw new RangeError(
      `training: metric.best is ${name}, but measure gave ${Object.keys(values).join(', ') || 'nothing'}; name one of these`,
    );
  const old = progress.best?.value;
  return Number.isFinite(value) && (old === undefined || (better === 'less' ? value < old : value > old));
}

function averagesOf(vectors: Vectors): Record<string, tf.Tensor1D> {
  const averages: Record<string, tf.Tensor1D> = {};
  for (const [name, own] of Object.entries(vectors))
    for (const [kind, vector] of Object.entries(own)) {
      if (kind.startsWith('average')) averages[name + kind.slice('average'.length)] = vector;
      else vector.dispose();
    }
  return averages;
}

function validate(options: TrainOptions): void {
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
