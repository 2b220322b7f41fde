import { type Key, run } from '@diffgan/ops';
import { trainingPace, TrainingProgress } from '@diffgan/records';
import type { RunRecords } from '@diffgan/records/node';
import type { ProcessGroup } from '@diffgan/runtime';
import type { MetricOptions, ReadVectors, TrainEvent, TrainingData, TrainResult } from '@diffgan/training';
import { Interrupted } from '../errors.ts';
import { keysOf } from '../run/keys.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { samplesPicture } from '../sample/samples-picture.ts';
import type { SampleMetric } from '../scores/sample-metric.ts';
import type { RunModels } from '../tasks/task.ts';
import { type RunConfig, startTraining } from '../tasks/tasks.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Averages } from './averages.ts';
import type { RunData } from './load-data.ts';

/** What a run works with. */
export interface RunParts {
  config: RunConfig;
  folder: RunFolder;
  data: RunData;
  models: RunModels;
  records: RunRecords;
  /** To draw with; none for a classifier. */
  averages: Averages | undefined;
  metric: SampleMetric | undefined;
  terminal: Terminal;
  signal: AbortSignal;
  /** Those that train with this one, which is rank 0. */
  processes?: ProcessGroup;
}

/** The training of a run from first to last step: records, pictures, scores, progress. */
export class TrainRun {
  /** Finished steps whose state is in the checkpoint. */
  saved = 0;
  readonly #samplesKey: Key;
  readonly #progress: TrainingProgress;

  constructor(readonly parts: RunParts) {
    const { config, data } = parts;
    this.#samplesKey = keysOf(config.seed).samples;
    this.#progress = new TrainingProgress('points' in data.train ? 'points' : 'images', config.training.minutes);
  }

  /** Trains, or goes on with, the models in place. The caller disposes the averages in the result. */
  async train({ resume }: { resume: boolean }): Promise<TrainResult> {
    const { config, models, data, records, terminal, signal, folder, processes } = this.parts;
    const { records: plan, seed } = config;
    const training = startTraining(config, models, {
      ...{ data: data.train, key: keysOf(seed).training, signal, processes },
      checkpoint: { file: folder.file('checkpoint/run.safetensors'), every: plan.checkpointEvery, resume },
      validation: this.#validation(),
      metric: this.#metric(),
    });
    try {
      return await run(training, (event) => {
        records.add(event);
        return this.#on(event);
      });
    } finally {
      terminal.finish();
      await records.flush();
    }
  }

  /** Draws a picture with the running averages and keeps it under the number of the step. */
  async picture(step: number): Promise<string> {
    const { averages, config, signal, records, data } = this.parts;
    const count = config.records.pictureCount;
    const samples = await averages!.draw({ count, key: this.#samplesKey, signal });
    try {
      return await records.addPicture(
        step,
        await samplesPicture(samples, { reference: referenceOf(data.train, count) }),
      );
    } finally {
      samples.dispose();
    }
  }

  /** The last picture, and the scores where there are any for the data. */
  async drawAtTheEnd({ averages: vectors, steps }: TrainResult): Promise<Record<string, number>> {
    const { averages, metric, terminal } = this.parts;
    if (!averages) return {};
    averages.set(vectors);
    await this.picture(steps);
    if (!metric) return {};
    const scores = await this.score();
    terminal.finish();
    return scores;
  }

  /** Scores samples of the running averages. */
  async score(): Promise<Record<string, number>> {
    const { averages, metric, config, signal, terminal } = this.parts;
    const count = config.records.metricCount;
    const onProgress = (done: number) => terminal.progress(done / count, `scoring ${done}/${count} samples`);
    const samples = await averages!.draw({ count, key: this.#samplesKey, signal, onProgress });
    try {
      return await metric!.measure(samples, signal);
    } finally {
      samples.dispose();
    }
  }

  async #on(event: TrainEvent): Promise<void> {
    const { terminal, records, config, averages, folder, signal } = this.parts;
    switch (event.type) {
      case 'step': {
        const { fraction, text } = this.#progress.describe(event);
        terminal.progress(fraction, text);
        const due = event.step % config.records.picturesEvery === 0 && event.step !== event.steps;
        if (due && averages) await unlessAborted(signal, () => this.#pictureOf(event.step, event.vectors));
        return;
      }
      case 'resume':
        this.saved = event.step;
        this.#progress.spent = trainingPace(records.lines).seconds;
        await folder.writeConfig(config); // the run is accepted, perhaps with another length
        if (event.step > 0) terminal.say(`Going on after step ${event.step}`);
        return;
      case 'checkpoint':
        this.saved = event.step;
        await records.flush();
        return;
      case 'validation':
      case 'metric':
        terminal.say(`step ${event.step}  ${event.type}: ${formatValues(event.values)}`);
        return;
      case 'best':
        await averages!.save(folder.file('best')); // they hold what was just measured
        return;
      case 'warning':
        terminal.say(`Warning at step ${event.step}: ${event.message}`);
    }
  }

  async #pictureOf(step: number, vectors: ReadVectors): Promise<void> {
    await this.parts.averages!.read(vectors);
    await this.picture(step);
  }

  #validation() {
    const { config, data } = this.parts;
    const { validationEvery: every, validationBatches: batches } = config.records;
    const { batch = 32 } = config.training;
    if (every === 0 || data.test === undefined || data.test.count < batch) return undefined;
    return { data: data.test, every, batches };
  }

  #metric(): MetricOptions | undefined {
    const { config, metric, averages } = this.parts;
    const { metricEvery: every } = config.records;
    if (every === 0 || !metric || !averages) return undefined;
    const measure = async ({ vectors }: { vectors: ReadVectors }) => {
      await averages.read(vectors);
      return this.score();
    };
    return { every, measure, best: metric.best };
  }
}

/**
 * Numbers of a validation or a scoring on one line.
 *
 * @example
 * ```ts
 * formatValues({ modes: 25, kl: 0.01234 }); // 'modes 25  kl 0.01234'
 * ```
 */
export const formatValues = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toPrecision(4)}`)
    .join('  ');

/** Work that is left undone when the run is interrupted, so that the trainer can save. */
async function unlessAborted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(signal.aborted && error instanceof Interrupted)) throw error;
  }
}

/** Some points of the data, beside which drawn ones are shown. */
function referenceOf(data: TrainingData, count: number): number[][] | undefined {
  if (!('points' in data)) return undefined;
  const { points, dimensions } = data;
  const length = Math.min(count, data.count);
  return Array.from({ length }, (_, i) => [...points.subarray(i * dimensions, (i + 1) * dimensions)]);
}
