import * as tf from '@tensorflow/tfjs-core';
import type { ImageDataset } from '@diffgan/data';
import { type Checkpoint, checkpointExists, loadCheckpoint, makeFolderOf, saveCheckpoint } from './checkpoint.ts';
import type { TrainEvent, TrainOptions } from './train-loop.ts';
import type { NetworkVectors } from './trained-network.ts';
import type { TrainState } from './train-state.ts';
import { TrainingDivergedError } from './training-diverged-error.ts';

type Settings = Record<string, unknown>;

/** A run and its checkpoint file, if it has one. */
export class RunState {
  /** Finished steps whose state the file holds. */
  saved = 0;

  private constructor(
    readonly state: TrainState,
    readonly settings: Settings,
    readonly file?: string,
  ) {}

  /** Goes on from the checkpoint where that is asked for. The networks change only if everything in the file fits. */
  static async open(state: TrainState, settings: Settings, { checkpoint, data }: TrainOptions): Promise<RunState> {
    if (checkpoint === undefined) return new RunState(state, settings);
    const run = new RunState(state, { ...settings, data: await identityOf(data) }, checkpoint.file);
    await makeFolderOf(checkpoint.file); // an impossible place shows now, not after hours of training
    if (checkpoint.resume && (await checkpointExists(checkpoint.file))) await run.#restore(checkpoint.file);
    return run;
  }

  /** Saves the state after `step`, unless there is no file or it holds that state already. */
  async *save(step: number): AsyncGenerator<TrainEvent, void> {
    const { file, settings } = this;
    if (file === undefined || step === this.saved) return;
    await saveCheckpoint(file, { step, settings, vectors: await this.#finiteVectors(step) });
    this.saved = step;
    yield { type: 'checkpoint', step, file };
  }

  async #restore(file: string): Promise<void> {
    const checkpoint = await loadCheckpoint(file);
    assertSameSettings(file, checkpoint, this.settings);
    const vectors = await this.state.read();
    try {
      assertSameVectors(file, checkpoint, vectors);
    } finally {
      tf.dispose(vectors);
    }
    const restored = Object.entries(vectors).map(([name, own]) => {
      const entries = Object.keys(own).map((kind) => [kind, tf.tensor1d(checkpoint.vectors[`${name}.${kind}`])]);
      return [name, Object.fromEntries(entries) as NetworkVectors] as const;
    });
    await this.state.write(Object.fromEntries(restored)).finally(() => tf.dispose(restored.map(([, own]) => own)));
    this.saved = checkpoint.step;
  }

  /** A loss can be finite and its gradient not: the file must stay one that is worth going on from. */
  async #finiteVectors(step: number): Promise<Record<string, Float32Array>> {
    const values: Record<string, Float32Array> = {};
    const vectors = await this.state.read();
    try {
      for (const [name, own] of Object.entries(vectors))
        for (const [kind, vector] of Object.entries(own))
          values[`${name}.${kind}`] = (await vector.data()) as Float32Array;
    } finally {
      tf.dispose(vectors);
    }
    for (const [name, vector] of Object.entries(values))
      if (!vector.every(Number.isFinite))
        throw new TrainingDivergedError(
          `training: ${name} is not finite after step ${step}. Lower the learning rates; ${this.lastGood()}`,
        );
    return values;
  }

  /** Where to go on from after things went wrong, for messages. */
  lastGood(): string {
    return this.saved > 0
      ? `the last good state, of step ${this.saved}, is in ${this.file}`
      : 'no state was saved before';
  }
}

function assertSameSettings(file: string, checkpoint: Checkpoint, settings: Settings): void {
  const names = [...new Set([...Object.keys(checkpoint.settings), ...Object.keys(settings)])];
  const changes = names
    .map((name) => [name, canonical(checkpoint.settings[name]), canonical(settings[name])])
    .filter(([, saved, asked]) => saved !== asked)
    .map(([name, saved, asked]) => `${name}: ${saved} → ${asked}`);
  if (changes.length > 0)
    throw new RangeError(
      `training: ${file} belongs to a run with other settings (${changes.join('; ')}); resume with the same ones, or use another file`,
    );
}

function assertSameVectors(file: string, { vectors }: Checkpoint, wanted: Record<string, NetworkVectors>): void {
  for (const [name, own] of Object.entries(wanted))
    for (const [kind, { size }] of Object.entries(own)) {
      const found = (vectors[`${name}.${kind}`] as Float32Array | undefined)?.length ?? 'no';
      if (found !== size)
        throw new RangeError(`training: ${file} has ${found} values for ${name}.${kind}, the network needs ${size}`);
    }
}

/** JSON with sorted keys: the order in which fields were written down is not a difference. */
function canonical(value: unknown): string {
  const sorted = (_: string, part: unknown): unknown =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, sorted) ?? 'nothing';
}

/** What tells one data set from another: a run goes on exactly only with the same pixels. Node only. */
async function identityOf({ name, split, images, count }: ImageDataset): Promise<Settings> {
  const { createHash } = await import('node:crypto');
  const { buffer, byteOffset, byteLength } = images;
  const sha256 = createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
  return { name, split, count, sha256 };
}
