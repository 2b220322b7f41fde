import * as tf from '@tensorflow/tfjs-core';
import { FileFormatError } from '@diffgan/files';
import {
  type Checkpoint,
  checkpointExists,
  linkCheckpoint,
  loadCheckpoint,
  makeFolderOf,
  removeCheckpoint,
  saveCheckpoint,
} from './checkpoint.ts';
import { assertSameSettings, otherLength, type Settings } from './run-settings.ts';
import type { TrainEvent } from './train-event.ts';
import type { TrainState, Vectors } from './train-state.ts';
import type { NetworkVectors } from './trained-network.ts';
import { identityOf, type TrainingData } from './training-data.ts';
import { TrainingDivergedError } from './training-diverged-error.ts';
import { version } from './version.ts';

/** What a run knows besides the state of its networks. */
export interface Progress {
  /** Seconds of training so far. */
  seconds: number;
  /** The best value of the metric that was asked for. */
  best?: { metric: string; value: number; step: number };
}

/** Vectors that a trainer keeps on the host and needs to go on, such as recent losses. */
export interface HostVectors {
  save(): Record<string, Float32Array>;
  /** Takes over vectors of the names and lengths that `save` has. */
  restore(vectors: Record<string, Float32Array>): void;
}

/** What makes up a run. */
export interface RunParts {
  state: TrainState;
  /** What the course of training depends on. */
  settings: Settings;
  data: TrainingData;
  host?: HostVectors;
}

/** The name of a checkpoint beside the last one: `run.safetensors` → `run.best.safetensors`. */
export function besides(file: string, what: 'previous' | 'best'): string {
  const dot = file.lastIndexOf('.');
  const slash = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'));
  return dot > slash + 1 ? `${file.slice(0, dot)}.${what}${file.slice(dot)}` : `${file}.${what}`;
}

/** A run and its checkpoint files, if it has any. */
export class RunState {
  /** Finished steps whose state a file holds. */
  saved = 0;
  /** The file that holds them. */
  #good: string | undefined;
  /** Changes as the run goes on. */
  readonly progress: Progress = { seconds: 0 };

  private constructor(
    readonly parts: RunParts,
    readonly file?: string,
  ) {}

  /** Goes on from the checkpoint where that is asked for. The networks change only if everything in the file fits. */
  static async *open(
    parts: RunParts,
    checkpoint?: { file: string; resume?: boolean },
  ): AsyncGenerator<TrainEvent, RunState> {
    if (checkpoint === undefined) return new RunState(parts);
    const { file, resume = false } = checkpoint;
    const settings = { ...parts.settings, data: await identityOf(parts.data) };
    const run = new RunState({ ...parts, settings }, file);
    await makeFolderOf(file); // an impossible place shows now, not after hours of training
    if (!resume) return run;
    const there = (await checkpointExists(file)) || (await checkpointExists(besides(file, 'previous')));
    const warnings = there ? await run.#restore(file) : [nothingToResume(file)];
    yield { type: 'resume', step: run.saved, file: run.#good ?? file };
    yield* warnings;
    return run;
  }

  /** Saves the state after `step`, unless there is no file or it holds that state already. */
  async *save(step: number): AsyncGenerator<TrainEvent, void> {
    const { file } = this;
    if (file === undefined || step === this.saved) return;
    const checkpoint = await this.#checkpoint(step);
    if (this.saved === 0) await this.#removeOthers(file);
    else if (this.#good === file) await linkCheckpoint(file, besides(file, 'previous'));
    await this.#write(file, checkpoint);
    [this.saved, this.#good] = [step, file];
    yield { type: 'checkpoint', step, file };
  }

  /** Saves the state after `step` as the best one so far. */
  async *saveBest(step: number, metric: string, value: number): AsyncGenerator<TrainEvent, void> {
    this.progress.best = { metric, value, step };
    if (this.file === undefined) return;
    const file = besides(this.file, 'best');
    await this.#write(file, await this.#checkpoint(step));
    yield { type: 'best', step, metric, value, file };
  }

  /** Where to go on from after things went wrong, for messages. */
  lastGood(): string {
    return this.saved > 0
      ? `the last good state, of step ${this.saved}, is in ${this.#good}`
      : 'no state was saved before';
  }

  /** What is left of another run must not be taken for part of this one. */
  async #removeOthers(file: string): Promise<void> {
    await removeCheckpoint(besides(file, 'previous'));
    if (this.progress.best === undefined) await removeCheckpoint(besides(file, 'best'));
  }

  async #write(file: string, checkpoint: Checkpoint): Promise<void> {
    try {
      await saveCheckpoint(file, checkpoint);
    } catch (error) {
      if (error instanceof Error) error.message += `; ${this.lastGood()}`;
      throw error;
    }
  }

  async #checkpoint(step: number): Promise<Checkpoint> {
    const { settings, host } = this.parts;
    const vectors = { ...(await this.#finiteVectors(step)), ...host?.save() };
    return { step, settings, vectors, progress: { ...this.progress }, versions: versionsNow() };
  }

  async #restore(file: string): Promise<TrainEvent[]> {
    const { checkpoint, good, damage } = await loadOrPrevious(file);
    const { settings, state, host } = this.parts;
    if (checkpoint.versions?.checkpoint === '1')
      throw new RangeError(
        `training: ${file} was written by diffgan before training had progress and several averages, and cannot be gone on from; ` +
          'start the run again. loadCheckpoint still reads its weights',
      );
    assertSameSettings(good, checkpoint, settings);
    const resized = otherLength(good, checkpoint, settings);
    const vectors = await state.read();
    try {
      assertSameVectors(good, checkpoint, { ...sizesOf(vectors), ...lengthsOf(host?.save() ?? {}) });
      const restored = tf.tidy(() => restoredVectors(vectors, checkpoint));
      await state.write(restored).finally(() => tf.dispose(restored));
    } finally {
      tf.dispose(vectors);
    }
    host?.restore(checkpoint.vectors);
    Object.assign(this.progress, checkpoint.progress);
    [this.saved, this.#good] = [checkpoint.step, good];
    const at = { type: 'warning', step: checkpoint.step } as const;
    const others = otherVersions(checkpoint.versions ?? {});
    return [
      ...(damage ? [{ ...at, kind: 'damaged-checkpoint' as const, message: `${damage.message}. Using ${good}` }] : []),
      ...(others ? [{ ...at, kind: 'other-versions' as const, message: others }] : []),
      ...(resized ? [{ ...at, kind: 'other-length' as const, message: resized }] : []),
    ];
  }

  /** A loss can be finite and its gradient not: the file must stay one that is worth going on from. */
  async #finiteVectors(step: number): Promise<Record<string, Float32Array>> {
    const values: Record<string, Float32Array> = {};
    const vectors = await this.parts.state.read();
    try {
      for (const [name, own] of Object.entries(vectors))
        for (const [kind, vector] of Object.entries(own))
          values[`${name}.${kind}`] = (await vector.data()) as Float32Array;
    } finally {
      tf.dispose(vectors);
    }
    for (const [name, vector] of Object.entries(values))
      if (!vector.every(Number.isFinite)) {
        const layers = await describeNotFinite(this.parts.state);
        throw new TrainingDivergedError(
          `training: ${name} is not finite after step ${step}${layers}. Lower the learning rates; ${this.lastGood()}`,
        );
      }
    return values;
  }
}

const nothingToResume = (file: string): TrainEvent => ({
  ...{ type: 'warning', step: 0, kind: 'nothing-to-resume' },
  message: `There is no state to go on from in ${file}; the run starts at its first step`,
});

/** The checkpoint, or the one before it where it is damaged or gone. */
async function loadOrPrevious(file: string): Promise<{ checkpoint: Checkpoint; good: string; damage?: Error }> {
  if (!(await checkpointExists(file))) {
    const good = besides(file, 'previous');
    return { checkpoint: await loadCheckpoint(good), good, damage: new Error(`${file} is gone`) };
  }
  try {
    return { checkpoint: await loadCheckpoint(file), good: file };
  } catch (damage) {
    const good = besides(file, 'previous');
    if (!(damage instanceof FileFormatError) || !(await checkpointExists(good))) throw damage;
    return { checkpoint: await loadCheckpoint(good).catch(() => Promise.reject(damage)), good, damage };
  }
}

/** Names the layers whose weights or moments are not finite, for messages. */
export async function describeNotFinite(state: TrainState): Promise<string> {
  const vectors = await state.read();
  try {
    const found: string[] = [];
    for (const [name, network] of Object.entries(state.networks)) {
      const layers = new Set<string>();
      for (const vector of Object.values(vectors[name]))
        network.notFinite((await vector.data()) as Float32Array).forEach((layer) => layers.add(layer));
      const [first, ...others] = layers;
      if (layers.size === network.variables.length) found.push(`all layers of the ${name}`);
      else if (first !== undefined)
        found.push(`${first}${others.length > 0 ? ` and ${others.length} more` : ''} of the ${name}`);
    }
    return found.length === 0 ? '' : `, with values that are not finite in ${found.join(', ')}`;
  } finally {
    tf.dispose(vectors);
  }
}

/** What else decides the bits of a run. */
export const versionsNow = (): Record<string, string> => ({
  training: version,
  tfjs: tf.version_core,
  backend: tf.getBackend(),
});

function otherVersions(saved: Record<string, string>): string | undefined {
  const changes = Object.entries(versionsNow())
    .filter(([name, now]) => saved[name] !== now)
    .map(([name, now]) => `${name} ${saved[name]} → ${now}`);
  if (changes.length === 0) return undefined;
  return `the checkpoint was written with other versions (${changes.join(', ')}): the run goes on, but not to the same bits`;
}

/** Lengths of the vectors, by the names that files give them. */
const sizesOf = (vectors: Vectors): Record<string, number> =>
  Object.fromEntries(
    Object.entries(vectors).flatMap(([name, own]) =>
      Object.entries(own).map(([kind, { size }]) => [`${name}.${kind}`, size]),
    ),
  );

const lengthsOf = (vectors: Record<string, Float32Array>): Record<string, number> =>
  Object.fromEntries(Object.entries(vectors).map(([name, { length }]) => [name, length]));

function assertSameVectors(file: string, { vectors }: Checkpoint, wanted: Record<string, number>): void {
  for (const [name, size] of Object.entries(wanted)) {
    const found = (vectors[name] as Float32Array | undefined)?.length ?? 'no';
    if (found !== size)
      throw new RangeError(`training: ${file} has ${found} values for ${name}, the run needs ${size}`);
  }
}

function restoredVectors(vectors: Vectors, checkpoint: Checkpoint): Vectors {
  const entries = Object.entries(vectors).map(([name, own]) => {
    const kinds = Object.keys(own).map((kind) => [kind, tf.tensor1d(checkpoint.vectors[`${name}.${kind}`])]);
    return [name, Object.fromEntries(kinds) as NetworkVectors] as const;
  });
  return Object.fromEntries(entries);
}
