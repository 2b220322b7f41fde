import * as tf from '@tensorflow/tfjs-core';
import { batchesPerEpoch, batchIndices } from '@diffgan/data';
import { foldIn, type Key, key as makeKey, nextTask } from '@diffgan/ops';
import { type AvailablePrecision, availablePrecision } from '@diffgan/runtime';
import type { Move } from './descent.ts';
import { furtherAveragesOf } from './network-optimizer.ts';
import { describeNotFinite, RunState } from './run-state.ts';
import { startTogether } from './start-together.ts';
import { streams } from './streams.ts';
import { Team } from './team.ts';
import type { ReadVectors, TrainEvent } from './train-event.ts';
import {
  checkTrainOptions,
  DEFAULT_BATCH,
  lengthOf,
  type MetricOptions,
  type TrainOptions,
  type ValidationOptions,
} from './train-options.ts';
import { type Outcome, TrainState, type Vectors } from './train-state.ts';
import { takeExamples } from './training-data.ts';
import { TrainingDivergedError } from './training-diverged-error.ts';
import type { StepContext, TrainingTask, TrainResult } from './training-task.ts';

/**
 * The loop that all trainers share: batches, checkpoints, abort, validation, watch for NaN.
 *
 * @param makeTask called when the loop starts, since nobody would dispose the networks of a generator that never ran; for the processes that train
 *   together.
 */
export async function* trainLoop(
  makeTask: (team: Team) => TrainingTask,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  checkTrainOptions(options);
  const team = new Team(options.processes);
  const task = makeTask(team);
  const furtherAverages = furtherAveragesOf(options);
  const available = availablePrecision(options.precision ?? 'float32');
  const { precision } = available;
  const state = new TrainState(task.networks, {
    ...{ furtherAverages, precision },
    accumulates: (options.accumulate ?? 1) > 1,
  });
  try {
    return yield* new Loop({ task, state, available, team }, options).run();
  } finally {
    await state.assign();
    state.dispose();
  }
}

/** The keys of a run; what they are for. */
const keysOf = (key: Key) => ({
  data: foldIn(key, streams.run.data),
  steps: foldIn(key, streams.run.steps),
  validation: foldIn(key, streams.run.validation),
});

/** What a loop works with. */
interface LoopParts {
  task: TrainingTask;
  state: TrainState;
  available: AvailablePrecision;
  team: Team;
}

class Loop implements LoopParts {
  readonly task: TrainingTask;
  readonly state: TrainState;
  readonly available: AvailablePrecision;
  readonly team: Team;
  readonly #batch: number;
  readonly #batchesPerStep: number;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #steps: number;
  readonly #vectors: ReadVectors = () => this.state.read();

  constructor(
    { task, state, available, team }: LoopParts,
    readonly options: TrainOptions,
  ) {
    [this.task, this.state, this.available, this.team] = [task, state, available, team];
    const { batch = DEFAULT_BATCH, key = makeKey(0) } = options;
    this.#batch = batch;
    this.#batchesPerStep = task.batchesPerStep ?? 1;
    this.#keys = keysOf(key);
    this.#steps = lengthOf(options, this.#batchesPerStep);
  }

  async *run(): AsyncGenerator<TrainEvent, TrainResult> {
    const { team } = this;
    const { checkpoint, signal, minutes = Infinity } = this.options;
    const { why } = this.available; // told first: a checkpoint of another precision is refused next
    if (why !== undefined) yield { type: 'warning', step: 0, kind: 'other-precision', message: why };
    const parts = this.#parts();
    const store = yield* RunState.open(parts, team.leads ? checkpoint : undefined);
    await startTogether(team, parts, store);
    const { progress } = store;
    let step = store.saved;
    team.ends = () => ({ aborted: signal?.aborted ?? false, timeIsUp: progress.seconds >= 60 * minutes });
    await this.task.check?.(this.#examplesOf(step + 1)(0, 0), this.#keys.steps);
    while (step < this.#steps && !team.ended.timeIsUp) {
      if (team.ended.aborted) {
        yield* store.save(step);
        signal?.throwIfAborted();
        throw new Error('training: another process was asked to stop, and with it all of them');
      }
      const began = performance.now();
      step++;
      const outcome = await this.#step(step, store);
      const seconds = (performance.now() - began) / 1000;
      progress.seconds += seconds;
      Object.assign(outcome.measures, team.pace());
      yield this.#report(step, outcome, seconds);
      yield* team.watch(step);
      if (this.task.watch) yield* this.task.watch(outcome, step);
      if (team.leads) yield* this.#measureOrSave(step, store);
      if (step % (checkpoint?.every ?? 500) === 0) yield* store.save(step);
      await nextTask();
    }
    yield* store.save(step);
    return { steps: step, averages: averagesOf(await this.state.read()) };
  }

  /** An abort ends a measurement, which a resumed run leaves out. */
  async *#measureOrSave(step: number, store: RunState): AsyncGenerator<TrainEvent, void> {
    const { signal } = this.options;
    try {
      yield* this.#measure(step, store);
    } catch (error) {
      if (signal?.aborted && this.team.size > 1) return; // the others hear of it in the next step, after which all save and end
      if (signal?.aborted) yield* store.save(step);
      throw error;
    }
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
    const { inputs, advance, observe } = inTidy(make);
    const pending = await advance(this.state)
      .catch(async (error: unknown) => {
        throw await this.team.explain(error);
      })
      .finally(() => tf.dispose({ ...inputs }));
    const outcome = await pending.read();
    if (outcome.told) this.team.hear(outcome.told);
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
        rows: this.task.rows,
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
        return this.task.validation.move(examples, foldIn(key, i));
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
  tf.tidy(() => {
    move = make();
    return { ...move.inputs };
  });
  return move!;
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
