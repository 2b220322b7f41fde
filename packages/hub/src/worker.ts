/**
 * The pipelines of `@diffgan/hub` in a worker, off the thread of the page.
 *
 * @module @diffgan/hub/worker
 */
export { loadPipeline, type WorkerPipeline, type WorkerPipelineOptions } from './worker/load-pipeline.ts';
export type {
  PipelineFacts,
  Port,
  WorkerBackendOptions,
  WorkerLoadOptions,
  WorkerSampleEvent,
  WorkerSampleOptions,
} from './worker/messages.ts';
export { servePipelines } from './worker/serve-pipelines.ts';
