import type { DrawnBatch } from '../draw-job.ts';

/** A batch, the number of its first sample in the whole, and the classes of its samples if they have any. */
export interface OutputBatch extends DrawnBatch {
  first: number;
  labels?: readonly number[];
}

/** Takes samples in order and writes them in some form. */
export interface SampleOutput {
  /** What it makes: a file or a folder. */
  readonly path: string;
  add(batch: OutputBatch): Promise<void>;
  /** Completes what there is. */
  finish(): Promise<void>;
  /** Removes what is incomplete. */
  discard(): Promise<void>;
}
