import { run } from '@diffgan/ops';
import type { LoadPipelineOptions, LoadProgress } from '../load-pipeline.ts';
import type { PipelineSource } from '../model-files.ts';
import { type Sampling, sampling } from '../sampling.ts';
import type { SampleArray } from '../to-image-data.ts';
import type {
  PipelineFacts,
  Port,
  WorkerBackendOptions,
  WorkerLoadOptions,
  WorkerSampleEvent,
  WorkerSampleOptions,
} from './messages.ts';
import { portableSource } from './portable-source.ts';
import { startWorker } from './start-worker.ts';
import { WorkerClient } from './worker-client.ts';

/** Options of {@link loadPipeline}. */
export interface WorkerPipelineOptions extends WorkerLoadOptions, Pick<LoadPipelineOptions, 'signal' | 'onProgress'> {
  /** The backend in the worker; the worker of this package has `wasm` alone. @defaultValue `'wasm'` */
  backend?: string;
  /** How it is started: `threads`, `reproducible`, `wasmPaths`. @defaultValue one thread */
  backendOptions?: WorkerBackendOptions;
  /** A worker whose file calls `servePipelines`, or the port of one. @defaultValue a new one, of the file that this package brings */
  worker?: Port;
}

/** A pipeline in a worker: that of `@diffgan/hub`, with plain numbers in the place of tensors. */
export interface WorkerPipeline extends PipelineFacts {
  /**
   * Draws samples, as `sample` of a `Pipeline` does, without keeping the page from anything.
   *
   * @returns awaited the samples, which `toImageData` and `drawOnCanvas` of `@diffgan/hub` take; in a loop the steps and batches.
   * @throws as `sample` of a `Pipeline`; Error when the worker ended.
   */
  sample(options: WorkerSampleOptions & { signal?: AbortSignal }): Sampling<SampleArray, WorkerSampleEvent>;
  /** Frees what was loaded, and ends the worker if it was made for this pipeline. */
  dispose(): void;
}

/**
 * `loadPipeline` of `@diffgan/hub` in a worker: the page stays free while samples are drawn.
 *
 * @param source as there, but for a reader of files, which cannot be sent.
 * @returns the pipeline; the caller ends with `dispose`.
 * @throws as there; BackendError (by its name) when the backend does not start; the signal's reason when aborted.
 * @example
 * ```ts fragment
 * import { drawOnCanvas } from '@diffgan/hub';
 * import { loadPipeline } from '@diffgan/hub/worker';
 * const pipeline = await loadPipeline('fashion-mnist-distil', { backendOptions: { threads: 2 } });
 * await drawOnCanvas(canvas, await pipeline.sample({ count: 16 }));
 * ```
 */
export async function loadPipeline(
  source: PipelineSource,
  { signal, onProgress, worker, backend, backendOptions: how, ...options }: WorkerPipelineOptions = {},
): Promise<WorkerPipeline> {
  const portable = portableSource(source);
  const client = new WorkerClient(worker ?? startWorker());
  const id = client.next;
  const dispose = () => {
    client.tell({ type: 'dispose', pipeline: id });
    if (!worker) client.close();
  };
  try {
    const loading = client.ask<LoadProgress, PipelineFacts>(
      { type: 'load', source: portable, options, backend, how },
      signal,
    );
    const facts = await run(loading, onProgress);
    return {
      ...facts,
      sample: ({ signal: ends, ...sampled }) =>
        sampling(client.ask<WorkerSampleEvent, SampleArray>({ type: 'sample', pipeline: id, options: sampled }, ends)),
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}
