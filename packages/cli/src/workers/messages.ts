import type { SampleBatch, SampleJob } from '@diffgan/runs';

/** What a worker is told. */
export type Order =
  { type: 'open'; job: SampleJob; backend: string; threads: number } | { type: 'make'; batch: number };

/** What a worker says. */
export type Reply =
  | { type: 'ready' }
  /** Share of the batch that is drawn. */
  | { type: 'step'; fraction: number }
  | { type: 'made'; batch: number; drawn: SampleBatch }
  | { type: 'failed'; message: string; usage: boolean };
