import type { SampleBatch } from '@diffgan/runs';

/** A batch, and the number of its first sample in the whole. */
export interface OutputBatch extends SampleBatch {
  first: number;
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
