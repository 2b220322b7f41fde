import type { SelectBackendOptions } from '@diffgan/runtime';
import type { LoadPipelineOptions, LoadProgress } from '../load-pipeline.ts';
import type { Pipeline } from '../pipeline.ts';
import type { SampleOptions } from '../sample-events.ts';
import type { SampleArray } from '../to-image-data.ts';
import type { PortableSource } from './portable-source.ts';

/** Options of `loadPipeline` that can be told to a worker. */
export type WorkerLoadOptions = Pick<
  LoadPipelineOptions,
  'network' | 'schedule' | 'sampling' | 'draws' | 'dtype' | 'cache'
>;

/** Options of `selectBackend` that can be told to a worker. */
export type WorkerBackendOptions = Pick<
  SelectBackendOptions,
  'threads' | 'reproducible' | 'wasmPaths' | 'allowSoftware'
>;

/** Options of `pipeline.sample` that can be told to a worker. */
export type WorkerSampleOptions = Omit<SampleOptions, 'keyOf' | 'compiled' | 'signal'>;

/** What a worker tells of a pipeline that it has loaded. */
export interface PipelineFacts extends Pick<
  Pipeline,
  'name' | 'sampling' | 'sampleShape' | 'imageShape' | 'labels' | 'card'
> {
  /** The backend that computes, in one line. */
  backend: string;
}

/** What a worker is asked for. */
export type Request =
  | { type: 'load'; source: PortableSource; options: WorkerLoadOptions; backend?: string; how?: WorkerBackendOptions }
  | { type: 'sample'; pipeline: number; options: WorkerSampleOptions }
  | { type: 'abort' }
  | { type: 'dispose'; pipeline: number };

/** A request with its number, which the answers have, and by which a pipeline is called. */
export type Numbered = Request & { id: number };

/** A step or a batch, as `pipeline.sample` tells it, with plain numbers in the place of tensors. */
export type WorkerSampleEvent =
  | {
      type: 'step';
      t: number;
      index: number;
      total: number;
      batch: number;
      batches: number;
      preview?: SampleArray;
    }
  | { type: 'batch'; batch: number; batches: number; done: number; seconds: number };

/** What a worker answers: events, then how it ended. */
export type Answer = { id: number } & (
  | { type: 'event'; event: LoadProgress | WorkerSampleEvent }
  | { type: 'done'; result: PipelineFacts | SampleArray }
  | { type: 'error'; name: string; message: string }
);

/** What messages go through: a worker, the inside of one, a port. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: string, listener: (event: { data?: unknown; message?: string }) => void): void;
  /** Ports of channels wait for this. */
  start?(): void;
  /** Workers have it. */
  terminate?(): void;
}
