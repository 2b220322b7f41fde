import type * as tf from '@tensorflow/tfjs-core';
import type { Key } from '@diffgan/ops';
import type { Move } from './descent.ts';
import type { Rows } from './rows.ts';
import type { HostVectors } from './run-state.ts';
import type { TrainEvent } from './train-event.ts';
import type { Outcome } from './train-state.ts';
import type { TrainedNetwork } from './trained-network.ts';
import type { Examples } from './training-data.ts';
import type { Validation } from './validation.ts';

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
  /** Copies the own rows of a share of one of the step's batches. */
  examples: (batch: number, share: number) => Examples;
}

/** What a kind of model adds to the loop. */
export interface TrainingTask {
  /** The networks in training; the models stay the caller's. */
  networks: Record<string, TrainedNetwork>;
  /** What the course of training depends on, besides the options of the loop. */
  settings: Record<string, unknown>;
  /** Those of a share of a batch that this process takes. */
  rows: Rows;
  /** Batches that a step takes. @defaultValue 1 */
  batchesPerStep?: number;
  /** Looks at the networks before the first step, with a batch of data. */
  check?(examples: Examples, key: Key): Promise<void>;
  /** Makers of the moves of a step; each runs in a tidy when its turn comes. */
  moves(context: StepContext): (() => Move)[];
  /** Losses of the running averages on a batch. */
  validation: Pick<Validation, 'move'>;
  /** What the trainer itself remembers. */
  host?: HostVectors;
  /** Further numbers after a step, such as averages over several of them. */
  measures?: Record<string, number>;
  /** Looks at the numbers of each step for what usually goes wrong. */
  watch?(outcome: Outcome, step: number): TrainEvent[];
}
